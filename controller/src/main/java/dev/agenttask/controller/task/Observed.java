package dev.agenttask.controller.task;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Usage;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All that is known about a task when it is decided what must happen to it.
 *
 * @param task the resource
 * @param pods the pods that the task owns
 * @param inputs what an attempt would need from outside the task
 * @param admission whether the queue lets the task start
 * @param progress what the worker said last, if Kafka brought anything
 * @param forecast what was found out about its result, if that is new
 */
public record Observed(
        AgentTask task,
        List<ObservedPod> pods,
        Inputs inputs,
        Admission admission,
        Optional<LatestProgress> progress,
        Optional<ForecastNews> forecast) {

    public Observed {
        pods = List.copyOf(pods);
    }

    /** A task with its pods, before anything else was looked at. */
    public static Observed of(AgentTask task, List<ObservedPod> pods) {
        return new Observed(
                task, pods, new Inputs.NotLookedAt(), new Admission.NotAsked(), Optional.empty(), Optional.empty());
    }

    public Observed with(Inputs found) {
        return new Observed(task, pods, found, admission, progress, forecast);
    }

    public Observed with(Admission answer) {
        return new Observed(task, pods, inputs, answer, progress, forecast);
    }

    public Observed with(Optional<LatestProgress> latest) {
        return new Observed(task, pods, inputs, admission, latest, forecast);
    }

    public Observed withForecast(Optional<ForecastNews> news) {
        return new Observed(task, pods, inputs, admission, progress, news);
    }

    /** The recorded status, or the empty one. */
    public AgentTaskStatus status() {
        return task.getStatus() == null ? AgentTaskStatus.NONE : task.getStatus();
    }

    /** The number of the attempt that is not over yet, whether it is recorded or only its pod is there. */
    public Optional<Integer> runningAttempt() {
        var recorded = status().latestAttempt();
        var known = recorded.map(Attempt::number).orElse(0);
        var unrecorded =
                pods.stream().map(ObservedPod::attempt).filter(n -> n > known).max(Comparator.naturalOrder());
        return unrecorded.or(() -> recorded.filter(a -> !a.finished()).map(Attempt::number));
    }

    /** The pod of an attempt. */
    public Optional<ObservedPod> pod(int attempt) {
        return pods.stream().filter(p -> p.attempt() == attempt).findFirst();
    }

    /** What the agent of an attempt says it used so far, as far as its worker was heard. */
    public Optional<Usage> used(int attempt) {
        return progress.filter(latest -> latest.attempt() == attempt).flatMap(LatestProgress::usage);
    }

    /** The number that the next attempt gets. */
    public int nextAttempt() {
        return status().latestAttempt().map(Attempt::number).orElse(0) + 1;
    }

    /** Whether the next thing that may happen to the task is the start of an attempt. */
    public boolean wantsStart(Instant now) {
        var phase = status().phase();
        return !task.isMarkedForDeletion()
                && (phase == null || !phase.terminal())
                && runningAttempt().isEmpty()
                && Retries.of(this)
                        .next()
                        .filter(n -> now.isBefore(n.startsAt()))
                        .isEmpty()
                && !task.getSpec().suspend()
                && !task.getSpec().cancel();
    }
}
