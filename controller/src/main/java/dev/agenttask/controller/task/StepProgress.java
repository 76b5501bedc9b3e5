package dev.agenttask.controller.task;

import dev.agenttask.api.Progress;
import dev.agenttask.api.attempt.PodLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the status says about the step of an attempt. The pod is the truth; Kafka adds the finer step and a line of
 * text, and is written once per interval at most.
 */
final class StepProgress {

    private final Duration interval;
    private final Observed observed;
    private final ObservedPod pod;

    StepProgress(Duration interval, Observed observed, ObservedPod pod) {
        this.interval = interval;
        this.observed = observed;
        this.pod = pod;
    }

    /**
     * @param value what the status says
     * @param again when to look again because something newer is held back
     */
    record Update(Progress value, Optional<Duration> again) {}

    /** Before the pod has said anything. */
    static Progress first(Instant now) {
        return new Progress(PodLayout.CLONE, "", null, now);
    }

    Update at(Instant now) {
        var recorded = Optional.ofNullable(observed.status().progress())
                .filter(p -> container(p.step()).equals(pod.step()));
        var latest = observed.progress()
                .filter(l -> l.attempt() == pod.attempt())
                .filter(l -> l.step().isEmpty() || container(l.step()).equals(pod.step()));
        if (recorded.isEmpty()) {
            return new Update(current(latest, now), Optional.empty());
        }
        var old = recorded.get();
        var unchanged = latest.filter(l -> !same(old, l)).isEmpty();
        if (unchanged) {
            return new Update(old, Optional.empty());
        }
        var due = Optional.ofNullable(old.observedAt()).orElse(Instant.EPOCH).plus(interval);
        return now.isBefore(due)
                ? new Update(old, Optional.of(Duration.between(now, due)))
                : new Update(current(latest, now), Optional.empty());
    }

    private Progress current(Optional<LatestProgress> latest, Instant now) {
        return latest.map(l -> new Progress(step(l), l.message(), l.sequence(), now))
                .orElseGet(() -> new Progress(pod.step(), "", null, now));
    }

    private boolean same(Progress old, LatestProgress latest) {
        return old.step().equals(step(latest))
                && old.message().equals(latest.message())
                && Long.valueOf(latest.sequence()).equals(old.sequence());
    }

    private String step(LatestProgress latest) {
        return container(latest.step()).equals(pod.step()) ? latest.step() : pod.step();
    }

    private static String container(String step) {
        return switch (step) {
            case "setup" -> PodLayout.AGENT;
            case "snapshot" -> PodLayout.VERIFY;
            default -> step;
        };
    }
}
