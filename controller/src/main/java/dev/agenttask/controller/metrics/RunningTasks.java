package dev.agenttask.controller.metrics;

import dev.agenttask.api.Usage;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The series of single tasks. They are there while an attempt runs, and go with it. */
final class RunningTasks {

    /** Of more than that, those that came last are not shown one by one. */
    static final int MAX = 1000;

    private final MeterRegistry registry;
    private final Map<String, Series> shown = new HashMap<>();

    RunningTasks(MeterRegistry registry) {
        this.registry = registry;
    }

    synchronized void show(RunningTask task) {
        var name = task.task().toString();
        var series = shown.get(name);
        if (series != null && series.said.task().equals(task.task())) {
            series.say(task);
            return;
        }
        drop(name);
        if (shown.size() < MAX) {
            shown.put(name, new Series(task));
        }
    }

    /** Another task of the same name stays. */
    synchronized void drop(TaskId task) {
        var series = shown.get(task.toString());
        if (series != null && series.said.task().equals(task)) {
            drop(task.toString());
        }
    }

    synchronized void drop(Set<String> uids) {
        List.copyOf(shown.values()).stream()
                .map(series -> series.said.task())
                .filter(task -> uids.contains(task.uid()))
                .forEach(this::drop);
    }

    private void drop(String name) {
        var series = shown.remove(name);
        if (series != null) {
            series.close();
        }
    }

    private final class Series implements AutoCloseable {

        private final List<Meter> meters;
        private volatile RunningTask said;
        private volatile Instant stepSince;
        private Meter step;

        Series(RunningTask task) {
            said = task;
            stepSince = task.stepSince();
            meters = List.of(
                    gauge("agenttask.task.age", "seconds", "How long its attempt runs", t -> age(t.startedAt())),
                    gauge("agenttask.task.deadline", "seconds", "How long its agent may take", t -> t.deadline()
                            .toSeconds()),
                    gauge("agenttask.task.attempt", "", "Which attempt runs", RunningTask::attempt),
                    gauge(
                            "agenttask.task.progress.sequence",
                            "",
                            "Number of the latest progress event in its status",
                            RunningTask::sequence),
                    tokens("input", UsageMetrics::uncached),
                    tokens("cached", Usage::cachedTokens),
                    tokens("output", Usage::outputTokens),
                    gauge(
                            "agenttask.task.usage.cost.usd",
                            "",
                            "US dollars that the agent of its attempt says it cost so far",
                            t -> t.usage().dollars().doubleValue()));
            step = stepGauge();
        }

        void say(RunningTask task) {
            var before = said;
            said = task;
            if (task.attempt() != before.attempt() || !task.step().equals(before.step())) {
                stepSince = task.attempt() == before.attempt() ? now() : task.stepSince();
                registry.remove(step);
                step = stepGauge();
            }
        }

        @Override
        public void close() {
            registry.remove(step);
            meters.forEach(registry::remove);
        }

        private Meter stepGauge() {
            return gauge(
                    "agenttask.task.step.age",
                    "seconds",
                    "How long it is in its step",
                    _ -> age(stepSince),
                    Tag.of("step", said.step()));
        }

        private Meter tokens(String type, ToDoubleFunction<Usage> number) {
            return gauge(
                    "agenttask.task.usage.tokens",
                    "",
                    "Tokens that the agent of its attempt says it used so far",
                    t -> number.applyAsDouble(t.usage()),
                    Tag.of("type", type));
        }

        private Meter gauge(String name, String unit, String what, ToDoubleFunction<RunningTask> value, Tag... labels) {
            return Gauge.builder(name, () -> value.applyAsDouble(said))
                    .description(what)
                    .baseUnit(unit.isEmpty() ? null : unit)
                    .tags(Tags.of(labels)
                            .and("namespace", said.task().namespace())
                            .and("task", said.task().name()))
                    .register(registry);
        }

        private double age(Instant since) {
            return Math.max(0, Duration.between(since, now()).toMillis() / 1000.0);
        }

        private Instant now() {
            return Instant.ofEpochMilli(registry.config().clock().wallTime());
        }
    }
}
