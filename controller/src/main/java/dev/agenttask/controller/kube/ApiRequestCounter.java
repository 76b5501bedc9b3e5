package dev.agenttask.controller.kube;

import dev.agenttask.controller.metrics.ApiMetrics;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts and times every request to the API server by verb and resource, with the names that RBAC uses. */
public final class ApiRequestCounter implements Interceptor {

    private static final Set<String> SUBRESOURCES = Set.of("status", "log", "finalizers", "scale", "exec");

    private final ApiMetrics metrics;

    public ApiRequestCounter(ApiMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        var target = Target.of(request.uri());
        metrics.sent(target.verb(request), target.resource());
    }

    @Override
    public AsyncBody.Consumer<List<ByteBuffer>> consumer(
            AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
        return new Timed(consumer, System.nanoTime());
    }

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        Optional.ofNullable(consumer.unwrap(Timed.class))
                .ifPresent(timed -> metrics.answered(
                        Target.of(request.uri()).verb(request),
                        response.code(),
                        Duration.ofNanos(System.nanoTime() - timed.sentAt())));
    }

    @Override
    public void afterConnectionFailure(HttpRequest request, Throwable failure) {
        metrics.unanswered(Target.of(request.uri()).verb(request));
    }

    /** Goes with a request from its start to its answer. Watches, which are web sockets, have none. */
    private record Timed(AsyncBody.Consumer<List<ByteBuffer>> body, long sentAt)
            implements AsyncBody.Consumer<List<ByteBuffer>> {

        @Override
        public void consume(List<ByteBuffer> value, AsyncBody asyncBody) throws Exception {
            body.consume(value, asyncBody);
        }

        @Override
        public <U> @Nullable U unwrap(Class<U> target) {
            return target.isInstance(this) ? target.cast(this) : body.unwrap(target);
        }
    }

    /**
     * What a request is about.
     *
     * @param resource plural, with its subresource if there is one
     * @param named whether it is about one object
     */
    record Target(String resource, boolean named) {

        /** Reads a path such as {@code /api/v1/namespaces/NS/pods/NAME/status}. */
        static Target of(URI uri) {
            var parts = List.of(uri.getPath().replaceFirst("^/+", "").split("/"));
            var begin = parts.indexOf("namespaces");
            var versioned = parts.getFirst().equals("api") ? 2 : 3;
            if (parts.size() <= versioned) {
                return new Target("discovery", true);
            }
            var at = begin == versioned && parts.size() > begin + 2 ? begin + 2 : versioned;
            var last = parts.getLast();
            var sub = parts.size() > at + 2 && SUBRESOURCES.contains(last) ? "/" + last : "";
            return new Target(parts.get(at) + sub, parts.size() > at + 1);
        }

        String verb(HttpRequest request) {
            var query = request.uri().getQuery();
            return switch (request.method().toUpperCase(Locale.ROOT)) {
                case "GET" -> query != null && query.contains("watch=true") ? "watch" : named ? "get" : "list";
                case "POST" -> "create";
                case "PUT" -> "update";
                case "DELETE" -> named ? "delete" : "deletecollection";
                case String method -> method.toLowerCase(Locale.ROOT);
            };
        }
    }
}
