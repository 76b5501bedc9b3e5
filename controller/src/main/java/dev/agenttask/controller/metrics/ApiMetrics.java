package dev.agenttask.controller.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Requests to the API server. */
public final class ApiMetrics {

    private final MeterRegistry registry;
    private final Map<Request, LongAdder> requests = new ConcurrentHashMap<>();

    public ApiMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    private record Request(String verb, String resource) {}

    /**
     * Counts a request. The first ones are sent before a registry is there to take them, so that the count is kept here and
     * read from there.
     */
    public void sent(String verb, String resource) {
        requests.computeIfAbsent(new Request(verb, resource), this::register).increment();
    }

    /**
     * Notes how long an answer took.
     *
     * @param status of HTTP
     */
    public void answered(String verb, int status, Duration took) {
        Durations.ofRequests("agenttask.api.request.duration")
                .description("Time to the answer of the API server, by verb and HTTP status")
                .tag("verb", verb)
                .tag("status", Integer.toString(status))
                .register(registry)
                .record(took);
    }

    /** Counts a request that got no answer. */
    public void unanswered(String verb) {
        Counter.builder("agenttask.api.requests.unanswered")
                .description("Requests to which no answer of the API server came, by verb")
                .tag("verb", verb)
                .register(registry)
                .increment();
    }

    private LongAdder register(Request request) {
        var count = new LongAdder();
        FunctionCounter.builder("agenttask.api.requests", count, LongAdder::sum)
                .description("Requests to the API server by verb and resource")
                .tag("verb", request.verb())
                .tag("resource", request.resource())
                .register(registry);
        return count;
    }
}
