package dev.agenttask.controller.progress;

import dev.agenttask.api.Texts;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.controller.task.LatestProgress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The latest that each worker said, and who is to be told. A task is looked at once per interval at most, however much
 * its worker says.
 */
public final class ProgressBoard implements AutoCloseable {

    private static final int MAX_TASKS = 10_000;
    private static final int MAX_MESSAGE = 256;

    private final Duration interval;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("progress-timer").daemon().factory());
    private volatile Consumer<TaskId> listener = task -> {};

    /** A board whose listener is told of a task once per interval at most. */
    public ProgressBoard(Duration interval) {
        this.interval = interval;
    }

    /**
     * @param latest what was said
     * @param announced whether somebody is going to be told
     * @param quietUntil {@link System#nanoTime} before which nobody is told again
     */
    private record Entry(LatestProgress latest, boolean announced, long quietUntil) {}

    /** Has someone told of the tasks that have new progress. */
    public void listen(Consumer<TaskId> told) {
        listener = told;
    }

    /** The latest that is known of a task. */
    public synchronized Optional<LatestProgress> latest(String uid) {
        return Optional.ofNullable(entries.get(uid)).map(Entry::latest);
    }

    /** Takes an event in. Those of the controller itself, and older ones than the latest, change nothing. */
    public void accept(ProgressEvent event) {
        if (event.source().equals(ProgressEvent.WORKER)) {
            keep(event).ifPresent(delay -> announceLater(event, delay));
        }
    }

    /** Forgets a task that is over. */
    public synchronized void forget(String uid) {
        entries.remove(uid);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** After how long somebody must be told; empty if that is going to happen already. */
    private synchronized Optional<Duration> keep(ProgressEvent event) {
        var now = System.nanoTime();
        var uid = event.taskuid();
        var known = Optional.ofNullable(entries.get(uid));
        var before = known.map(Entry::latest).filter(latest -> latest.attempt() == event.attempt());
        var said = said(event, before);
        if (said.isEmpty() || known.filter(k -> !newer(said.get(), k.latest())).isPresent()) {
            return Optional.empty();
        }
        var quietUntil = known.map(Entry::quietUntil).orElse(now);
        entries.remove(uid);
        entries.put(uid, new Entry(before.map(said.get()::after).orElse(said.get()), true, quietUntil));
        if (entries.size() > MAX_TASKS) {
            entries.remove(entries.keySet().iterator().next());
        }
        return known.filter(Entry::announced).isPresent()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, quietUntil - now)));
    }

    private void announceLater(ProgressEvent event, Duration delay) {
        timer.schedule(() -> announce(event), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void announce(ProgressEvent event) {
        synchronized (this) {
            entries.computeIfPresent(
                    event.taskuid(),
                    (uid, entry) -> new Entry(entry.latest(), false, System.nanoTime() + interval.toNanos()));
        }
        var slash = event.subject().indexOf('/');
        if (slash > 0) {
            listener.accept(new TaskId(
                    event.subject().substring(0, slash), event.subject().substring(slash + 1), event.taskuid()));
        }
    }

    private static boolean newer(LatestProgress said, LatestProgress known) {
        return said.attempt() > known.attempt()
                || said.attempt() == known.attempt() && said.sequence() > known.sequence();
    }

    private static Optional<LatestProgress> said(ProgressEvent event, Optional<LatestProgress> before) {
        return switch (event.data()) {
            case EventData.StepStarted s -> latest(event, s.step(), text(s.name()));
            case EventData.StepFinished s -> latest(event, s.step(), text(s.message()));
            // What an agent prints for programs says less than what was understood of it.
            case EventData.Log l
            when before.filter(b -> b.spoken() && b.step().equals(l.step())).isPresent() -> Optional.empty();
            case EventData.Log l -> latest(event, l.step(), lastLine(text(l.text())));
            case EventData.Verified v ->
                latest(event, "verify", "checks: " + v.result().verdict());
            case EventData.Finished f -> latest(event, "", text(f.message()));
            case EventData.Checkpoint c ->
                latest(event, "agent", "checkpoint of " + c.files() + " files at " + text(c.ref()))
                        .map(LatestProgress::afterCheckpoint);
            case EventData.AgentMessage m ->
                latest(event, PodLayout.AGENT, lastLine(m.text())).map(LatestProgress::asSpoken);
            case EventData.AgentTool t ->
                latest(event, PodLayout.AGENT, (t.name() + " " + t.input()).strip())
                        .map(LatestProgress::asSpoken);
            case EventData.UsageReported u ->
                before.or(() -> latest(event, PodLayout.AGENT, "")).map(b -> b.using(event.sequence(), u.usage()));
            case EventData.PhaseChanged p -> Optional.empty();
            case EventData.Gap g -> Optional.empty();
            case EventData.State s -> Optional.empty();
        };
    }

    private static Optional<LatestProgress> latest(ProgressEvent event, String step, String message) {
        return Optional.of(
                new LatestProgress(event.attempt(), text(step), Texts.cut(message, MAX_MESSAGE), event.sequence()));
    }

    private static String lastLine(String text) {
        return text.lines()
                .filter(l -> !l.isBlank())
                .reduce((a, b) -> b)
                .orElse("")
                .strip();
    }

    /** Fields that are empty are not on the wire. */
    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
