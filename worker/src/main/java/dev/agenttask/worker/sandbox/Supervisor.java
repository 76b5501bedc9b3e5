package dev.agenttask.worker.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The worker's end of one channel. Pipes are opened for both directions, so that neither end sees the other go. */
public final class Supervisor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    /** A longer line is cut. In bytes: what an agent prints for programs has long ones. */
    public static final int LINE_BYTES = 256 << 10;

    private static final byte[] READY = "ready".getBytes(StandardCharsets.US_ASCII);
    private static final int READ_BYTES = 64 << 10;

    /** What takes the lines that commands print; called from the thread that reads. */
    @FunctionalInterface
    public interface Output {

        /** Takes one line without its line feed; the bytes are only valid during the call. */
        void line(byte[] bytes, int offset, int length, boolean truncated);
    }

    private final Path stopFile;
    private final SignsOfLife signs;
    private final FileChannel requests;
    private final FileChannel output;
    private final Output lines;
    private final Consumer<Signal> signals;
    private volatile Optional<Token> running = Optional.empty();
    private boolean reading;
    private boolean ready;
    private boolean blankLine;

    private Supervisor(Path channel, FileChannel requests, FileChannel output, Output lines, Consumer<Signal> signals) {
        this.stopFile = channel.resolve("stop");
        this.signs = new SignsOfLife(channel);
        this.requests = requests;
        this.output = output;
        this.lines = lines;
        this.signals = signals;
    }

    /**
     * Makes the pipes of a channel, which the supervisor waits for, and starts to read.
     *
     * @param channel the directory of the channel
     * @param busybox the program that makes the pipes, since Java cannot
     * @param wasReady whether the supervisor has said that it is ready to a worker before this one
     * @param lines takes what commands print
     * @param signals takes {@link Signal.Ready} and {@link Signal.Ended}
     * @throws IOException if the channel cannot be written
     */
    public static Supervisor attach(
            Path channel, Path busybox, boolean wasReady, Output lines, Consumer<Signal> signals) throws IOException {
        var output = open(pipe(channel.resolve("output"), busybox));
        var requests = open(pipe(channel.resolve("requests"), busybox));
        var supervisor = new Supervisor(channel, requests, output, lines, signals);
        supervisor.ready = wasReady;
        if (!wasReady) {
            supervisor.startReading();
        }
        return supervisor;
    }

    /**
     * Has a script run. One {@link Signal.Ended} follows.
     *
     * @throws IOException if the pipe is broken
     */
    public void run(Token token, String script, Path directory) throws IOException {
        running = Optional.of(token);
        startReading();
        request("run " + token.text() + " " + script + " " + directory);
    }

    /**
     * Waits for the end of a command that a worker before this one had started. Has the supervisor repeat how it
     * ended, should that worker have read it.
     *
     * @throws IOException if the pipe is broken
     */
    public void resume(Token token) throws IOException {
        running = Optional.of(token);
        startReading();
        request("again");
    }

    /**
     * Has the running command stopped.
     *
     * @throws IOException if the channel cannot be written
     */
    public void stop() throws IOException {
        try {
            Files.createFile(stopFile);
        } catch (FileAlreadyExistsException e) {
            return;
        }
    }

    /**
     * Permits the next command to run.
     *
     * @throws IOException if the channel cannot be written
     */
    public void clearStop() throws IOException {
        Files.deleteIfExists(stopFile);
    }

    /** What is seen of the running command: each byte that it prints is noted there. */
    public SignsOfLife signs() {
        return signs;
    }

    /**
     * Has the supervisor end its container.
     *
     * @throws IOException if the pipe is broken
     */
    public void exit(int code) throws IOException {
        request("exit " + code);
    }

    /**
     * Closes both pipes. The JVM wakes the thread that reads by a signal, and the kernel may have no more of them for the
     * user, since other pods on the node have the same one and an agent may have taken all: then it stays until the process
     * ends, which harms nobody.
     */
    @Override
    public void close() throws IOException {
        requests.close();
        try {
            output.close();
        } catch (IOException e) {
            LOG.warn("a pipe stays open: {}", e.getMessage());
        }
    }

    /** After a crash not before it is known which command prints: what it has printed since waits in the pipe. */
    private void startReading() {
        if (!reading) {
            reading = true;
            Thread.ofPlatform()
                    .name("output-" + stopFile.getParent().getFileName())
                    .daemon()
                    .start(this::read);
        }
    }

    private void request(String line) throws IOException {
        requests.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    private void read() {
        var buffer = ByteBuffer.allocate(READ_BYTES);
        var splitter = new LineSplitter(LINE_BYTES, this::line);
        try {
            while (output.read(buffer.clear()) >= 0) {
                signs.note();
                splitter.accept(buffer.array(), buffer.position());
            }
        } catch (ClosedChannelException e) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read from the supervisor", e);
        }
    }

    private void line(byte[] bytes, int offset, int length, boolean truncated) {
        if (!ready) {
            ready = Arrays.equals(bytes, offset, offset + length, READY, 0, READY.length);
            if (ready) {
                signals.accept(new Signal.Ready());
            }
            return;
        }
        var ended = running.flatMap(token -> EndLine.parse(token, bytes, offset, length));
        if (ended.isPresent()) {
            running = Optional.empty();
            blankLine = false;
            signals.accept(ended.get());
        } else if (running.isPresent()) {
            if (blankLine) {
                lines.line(bytes, offset, 0, false);
            }
            // One before the end is the supervisor's, which cannot know whether the command ended its last line.
            blankLine = length == 0;
            if (!blankLine) {
                lines.line(bytes, offset, length, truncated);
            }
        }
    }

    private static FileChannel open(Path pipe) throws IOException {
        return FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static Path pipe(Path path, Path busybox) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther()) {
                throw new IOException(path + " is not a pipe");
            }
            return path;
        }
        var process = new ProcessBuilder(busybox.toString(), "mkfifo", "-m", "600", path.toString())
                .redirectErrorStream(true)
                .start();
        try {
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("mkfifo " + path + ": " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return path;
    }
}
