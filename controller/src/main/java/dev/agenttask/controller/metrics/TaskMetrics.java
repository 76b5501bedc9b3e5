package dev.agenttask.controller.metrics;

import dev.agenttask.api.Attempt;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Usage;
import dev.agenttask.api.VerificationResult.Verdict;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.api.batch.BatchPhase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * How tasks and batches fare, and how the reconciliations go. Counters count what this process saw happen; how things were
 * when it started is in the gauges alone.
 */
public final class TaskMetrics {

    private static final int MAX_NAMESPACES = 50;
    private static final int MAX_REASONS = 100;
    private static final List<String> VERIFIED = List.of("True", "False", "Unknown");

    private final MeterRegistry registry;
    private final BoundedLabel namespaces = new BoundedLabel(MAX_NAMESPACES);
    private final BoundedLabel reasons = new BoundedLabel(MAX_REASONS);
    private final RunningTasks running;
    private final UsageMetrics usage;
    private final AtomicReference<List<PhaseGauges>> phases = new AtomicReference<>(List.of());

    public TaskMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.running = new RunningTasks(registry);
        this.usage = new UsageMetrics(registry, namespaces);
    }

    /** A gauge that is 1 at the replica that works and 0 at the others. The other gauges are the leader's alone. */
    public void observeLeader(BooleanSupplier leads) {
        Gauge.builder("agenttask.leader", () -> leads.getAsBoolean() ? 1 : 0)
                .description("Whether this replica is the one that works")
                .register(registry);
    }

    /** Shows where tasks and batches are. Both are asked for at each scrape. */
    public void observe(Supplier<Stream<Placed>> tasks, Supplier<Stream<Placed>> batches) {
        phases.set(List.of(
                new PhaseGauges(
                        registry,
                        "agenttask.tasks",
                        "Tasks by namespace and phase",
                        Arrays.asList(Phase.values()),
                        namespaces,
                        tasks),
                new PhaseGauges(
                        registry,
                        "agenttask.batches",
                        "Batches by namespace and phase",
                        Arrays.asList(BatchPhase.values()),
                        namespaces,
                        batches)));
    }

    /** Shows how the queue is, and that nothing has passed through it yet. */
    public void observe(QueueState queue, int slots) {
        queueWait();
        attemptDuration(Optional.empty());
        Stream.of(FailureClass.values()).map(Optional::of).forEach(this::attemptDuration);
        gauge("agenttask.slots", "How many tasks may run at once", () -> slots);
        gauge("agenttask.slots.used", "Tasks that hold a slot", queue::running);
        gauge("agenttask.slots.waiting", "Tasks that are ready and wait for a slot", queue::waiting);
        gauge(
                "agenttask.slots.offered",
                "Whether a slot is free for a task that has not taken it",
                () -> queue.offering() ? 1 : 0);
        Gauge.builder("agenttask.queue.longest.wait", () -> queue.longestWait().toMillis() / 1000.0)
                .description("How long the task that waits longest does so")
                .baseUnit("seconds")
                .register(registry);
    }

    /** Shows a namespace that has tasks or batches, with zeros where nothing has happened yet, so that a first end shows. */
    public void show(String namespace) {
        phases.get().forEach(gauges -> gauges.show(namespace));
        var label = namespaces.of(namespace);
        Stream.of(Phase.values())
                .filter(Phase::terminal)
                .forEach(phase -> VERIFIED.forEach(verified -> tasksFinished(label, phase, verified)));
        Stream.of(Verdict.values()).forEach(verdict -> verifications(label, verdict));
    }

    /** Shows a task by its name for as long as it runs. */
    public void runs(RunningTask task) {
        running.show(task);
    }

    /** Nothing is shown by the name of a task that does not run. */
    public void runsNoMore(TaskId task) {
        running.drop(task);
    }

    /** Nothing is shown by the names of tasks that are gone without a word. */
    public void drop(Set<String> uids) {
        running.drop(uids);
    }

    /** Notes how long a task waited for the slot that it got. */
    public void waited(Duration time) {
        queueWait().record(time);
    }

    /** Counts the end of an attempt. */
    public void attemptFinished(String namespace, Attempt attempt) {
        var failureClass = Optional.ofNullable(attempt.failureClass());
        Counter.builder("agenttask.attempts.finished")
                .description("Ends of attempts by failure class and reason")
                .tag("namespace", namespaces.of(namespace))
                .tag("class", word(failureClass))
                .tag("reason", reasons.of(attempt.reason()))
                .register(registry)
                .increment();
        Optional.ofNullable(attempt.durationSeconds())
                .ifPresent(seconds -> attemptDuration(failureClass).record(seconds, TimeUnit.SECONDS));
    }

    /**
     * Counts what the agent of an attempt says it used.
     *
     * @param model as the task names it; empty if it names none
     */
    public void used(String namespace, String model, Usage used) {
        usage.add(namespace, model, used);
    }

    /** Counts what the checks of an attempt said. */
    public void verified(String namespace, Verdict verdict) {
        verifications(namespaces.of(namespace), verdict).increment();
    }

    /**
     * Notes how long a step of an attempt took.
     *
     * @param step the container that ran it
     * @param exitCode of that container
     */
    public void stepFinished(String step, int exitCode, Duration took) {
        Durations.ofWork("agenttask.step.duration")
                .description("How long the steps of attempts took, by step and whether their container exited with 0")
                .tag("step", step)
                .tag("result", exitCode == 0 ? "ok" : "failed")
                .register(registry)
                .record(took);
    }

    /**
     * Counts the end of a task.
     *
     * @param phase that it stays in
     * @param verified the status of its condition Verified
     */
    public void taskFinished(String namespace, Phase phase, String verified) {
        tasksFinished(namespaces.of(namespace), phase, verified).increment();
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
            Durations.ofRequests("agenttask.reconciliation")
                    .description("Reconciliations by kind and result")
                    .tag("kind", kind)
                    .tag("result", result)
                    .register(registry)
                    .record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
        }
    }

    private void gauge(String name, String what, Supplier<Number> value) {
        Gauge.builder(name, value).description(what).register(registry);
    }

    private Timer queueWait() {
        return Durations.ofWork("agenttask.queue.wait")
                .description("How long tasks waited for the slot that they got")
                .register(registry);
    }

    private Timer attemptDuration(Optional<FailureClass> failureClass) {
        return Durations.ofWork("agenttask.attempt.duration")
                .description("How long attempts took, by failure class")
                .tag("class", word(failureClass))
                .register(registry);
    }

    private Counter verifications(String namespace, Verdict verdict) {
        return Counter.builder("agenttask.verifications")
                .description("Attempts whose checks ran, by what they said together")
                .tag("namespace", namespace)
                .tag("verdict", word(verdict))
                .register(registry);
    }

    private Counter tasksFinished(String namespace, Phase phase, String verified) {
        return Counter.builder("agenttask.tasks.finished")
                .description("Ends of tasks by phase and by whether their result is verified")
                .tag("namespace", namespace)
                .tag("phase", word(phase))
                .tag("verified", verified)
                .register(registry);
    }

    private static String word(Optional<FailureClass> failureClass) {
        return failureClass.map(TaskMetrics::word).orElse("None");
    }

    /** A constant as the resources write it. */
    static String word(Enum<?> constant) {
        return constant.name().charAt(0) + constant.name().substring(1).toLowerCase(Locale.ROOT);
    }
}
