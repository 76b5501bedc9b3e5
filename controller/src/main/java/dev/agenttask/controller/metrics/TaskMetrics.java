package dev.agenttask.controller.metrics;

import dev.agenttask.api.Attempt;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The controller's own metrics. */
public final class TaskMetrics {

    private final MeterRegistry registry;
    private final Map<Request, LongAdder> apiRequests = new ConcurrentHashMap<>();

    public TaskMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A gauge that is 1 at the replica that works and 0 at the others. The other gauges are the leader's alone. */
    public void observeLeader(BooleanSupplier leads) {
        Gauge.builder("agenttask.leader", () -> leads.getAsBoolean() ? 1 : 0)
                .description("Whether this replica is the one that works")
                .register(registry);
    }

    /** Gauges that are read when somebody asks: tasks by phase, and how many hold or wait for a slot. */
    public void observe(Supplier<Map<Phase, Long>> tasks, Supplier<Number> running, Supplier<Number> waiting) {
        for (var phase : Phase.values()) {
            Gauge.builder("agenttask.tasks", () -> tasks.get().getOrDefault(phase, 0L))
                    .description("Tasks by phase")
                    .tag("phase", word(phase.name()))
                    .register(registry);
        }
        Gauge.builder("agenttask.slots.used", running)
                .description("Tasks that hold one of the slots of max-running")
                .register(registry);
        Gauge.builder("agenttask.slots.waiting", waiting)
                .description("Tasks that are ready and wait for a slot")
                .register(registry);
    }

    /** Counts the end of an attempt. */
    public void attemptFinished(Attempt attempt) {
        var failureClass = Optional.ofNullable(attempt.failureClass())
                .map(FailureClass::name)
                .map(TaskMetrics::word)
                .orElse("None");
        Counter.builder("agenttask.attempts.finished")
                .description("Ends of attempts by failure class and reason")
                .tag("class", failureClass)
                .tag("reason", attempt.reason())
                .register(registry)
                .increment();
    }

    /**
     * Counts a request to the API server. The first ones are sent before a registry is there to take them, so that the
     * count is kept here and read from there.
     */
    public void apiRequest(String verb, String resource) {
        apiRequests.computeIfAbsent(new Request(verb, resource), this::register).increment();
    }

    /**
     * Runs a reconciliation and measures it.
     *
     * @throws Exception what the reconciliation throws
     */
    public <T> T reconciliation(String kind, Callable<T> work) throws Exception {
        var begin = System.nanoTime();
        var result = "failed";
        try {
            var value = work.call();
            result = "ok";
            return value;
        } finally {
            Timer.builder("agenttask.reconciliation")
                    .description("Reconciliations by kind and result")
                    .tag("kind", kind)
                    .tag("result", result)
                    .register(registry)
                    .record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
        }
    }

    private record Request(String verb, String resource) {}

    private LongAdder register(Request request) {
        var count = new LongAdder();
        FunctionCounter.builder("agenttask.api.requests", count, LongAdder::sum)
                .description("Requests to the API server by verb and resource")
                .tag("verb", request.verb())
                .tag("resource", request.resource())
                .register(registry);
        return count;
    }

    private static String word(String constant) {
        return constant.charAt(0) + constant.substring(1).toLowerCase(Locale.ROOT);
    }
}
