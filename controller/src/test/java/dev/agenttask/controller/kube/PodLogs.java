package dev.agenttask.controller.kube;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Plays the part of the kubelet that hands out logs: there is no node that the API server could ask. */
final class PodLogs implements Interceptor, AutoCloseable {

    private final HttpServer server;
    private final AtomicInteger reads = new AtomicInteger();
    private volatile String log = "";
    private volatile int status = 200;

    PodLogs() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                reads.incrementAndGet();
                var bytes = log.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
    }

    /** Every pod has printed that. */
    void print(String text) {
        log = text;
    }

    /** The node answers so. */
    void answer(int code) {
        status = code;
    }

    int reads() {
        return reads.get();
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        if (request.uri().getPath().endsWith("/log")) {
            builder.uri(URI.create("http://localhost:" + server.getAddress().getPort()
                    + request.uri().getPath()));
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
