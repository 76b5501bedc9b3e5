import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * Run while the image is built: stands for an API server that has one AgentTask, so that the controller lists, watches,
 * decides and acts while the JVM watches which classes that takes. It believes what it is told and keeps nothing.
 *
 * <p>Arguments: the port, a file with the task, and one with the Secret that it names.
 */
public final class TrainingApiServer {

    private final String task;
    private final String secret;

    private TrainingApiServer(String task, String secret) {
        this.task = task;
        this.secret = secret;
    }

    public static void main(String[] args) throws IOException {
        var server = new TrainingApiServer(Files.readString(Path.of(args[1])), Files.readString(Path.of(args[2])));
        try (var socket = new ServerSocket(Integer.parseInt(args[0]), 50, InetAddress.getLoopbackAddress());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            while (true) {
                var connection = socket.accept();
                threads.submit(() -> server.answer(connection));
            }
        }
    }

    private Void answer(Socket connection) throws IOException {
        try (connection) {
            var in = new BufferedInputStream(connection.getInputStream());
            var request = line(in).split(" ");
            if (request.length < 2) {
                return null;
            }
            var headers = headers(in);
            var body = new String(
                    in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0"))),
                    StandardCharsets.UTF_8);
            var out = connection.getOutputStream();
            if (headers.containsKey("upgrade")) {
                respond(out, "200 OK", "");
            } else if (request[1].contains("watch=true")) {
                watch(in, out);
            } else {
                respond(out, status(request[0], request[1]), reply(request[0], request[1], body));
            }
        }
        return null;
    }

    /** There is no lease yet, so that the controller makes one and leads. */
    private static String status(String method, String path) {
        if (method.equals("POST")) {
            return "201 Created";
        }
        return path.contains("/leases/") && method.equals("GET") ? "404 Not Found" : "200 OK";
    }

    private String reply(String method, String path, String body) {
        if (method.equals("POST") || method.equals("PUT")) {
            return body.replaceFirst("\"metadata\":\\{", "\"metadata\":{\"uid\":\"training\",");
        }
        if (method.equals("DELETE")) {
            return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}";
        }
        if (path.contains("/secrets/")) {
            return secret;
        }
        if (path.matches(".*/agenttasks/.*")) {
            return task;
        }
        var items = path.matches(".*/agenttasks(\\?.*)?") ? task : "";
        return "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[" + items + "]}";
    }

    /** Nothing ever happens; the connection stays until the client goes. */
    private static void watch(InputStream in, OutputStream out) throws IOException {
        out.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        while (in.read() >= 0) {
            continue;
        }
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        var headers = new HashMap<String, String>();
        for (var header = line(in); !header.isEmpty(); header = line(in)) {
            var parts = header.split(": *", 2);
            headers.put(parts[0].toLowerCase(), parts[1]);
        }
        return headers;
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (var b = in.read(); b != '\n' && b >= 0; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private static void respond(OutputStream out, String status, String json) throws IOException {
        var body = json.getBytes(StandardCharsets.UTF_8);
        var head = "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length
                + "\r\nConnection: close\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
    }
}
