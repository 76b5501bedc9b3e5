package dev.agenttask.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A way to a server that can be cut: then connections break, and new ones are refused, or not even that when it is blocked,
 * until it is there again.
 */
public final class Relay implements AutoCloseable {

    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final int port;
    private ServerSocket listener;

    /** A way to a port of this machine. */
    public Relay(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        this.port = listener.getLocalPort();
        accept(listener);
    }

    /** The port that leads to the server. */
    public int port() {
        return port;
    }

    /** Breaks every connection, and refuses new ones. */
    public void cut() throws IOException {
        listener.close();
        for (var socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    /** Breaks every connection, and has new ones wait, as a network does that drops what is sent. */
    public void block() throws IOException {
        cut();
        listener = listenAgain(1);
        // What the kernel cannot queue for a listener that does not accept, it drops.
        while (true) {
            var filler = new Socket();
            sockets.add(filler);
            try {
                filler.connect(listener.getLocalSocketAddress(), 200);
            } catch (SocketTimeoutException e) {
                filler.close();
                return;
            }
        }
    }

    /** The local ports of those who try to connect at the moment; the kernel's table says so. */
    public Set<String> trying() throws IOException {
        var trying = Pattern.compile(":%04X 02 ".formatted(port)).asPredicate();
        try (var lines = Stream.concat(Files.lines(Path.of("/proc/net/tcp")), Files.lines(Path.of("/proc/net/tcp6")))) {
            return lines.filter(trying)
                    .map(line -> line.strip().split("\\s+")[1])
                    .collect(Collectors.toSet());
        }
    }

    /** Lets connections through again. */
    public void restore() throws IOException {
        listener.close();
        listener = listenAgain(0);
        accept(listener);
    }

    @Override
    public void close() throws IOException {
        cut();
    }

    /** A thread that was just about to accept keeps the port of a closed listener for a moment. */
    private ServerSocket listenAgain(int backlog) {
        return Awaitility.await()
                .atMost(CommandLineFixture.PATIENCE)
                .pollDelay(Duration.ZERO)
                .ignoreException(BindException.class)
                .until(() -> new ServerSocket(port, backlog, InetAddress.getLoopbackAddress()), ServerSocket::isBound);
    }

    private void accept(ServerSocket from) {
        Thread.startVirtualThread(() -> {
            try {
                while (true) {
                    connect(from.accept());
                }
            } catch (IOException e) {
                // The way was cut.
            }
        });
    }

    private void connect(Socket client) throws IOException {
        var server = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(client);
        sockets.add(server);
        copy(client, server);
        copy(server, client);
    }

    private static void copy(Socket from, Socket to) {
        Thread.startVirtualThread(() -> {
            try (from;
                    to) {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException e) {
                // One side has closed its end.
            }
        });
    }

    /** A way to the server of a URL. */
    public static Relay to(java.net.URI server) {
        try {
            return new Relay(server.getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
