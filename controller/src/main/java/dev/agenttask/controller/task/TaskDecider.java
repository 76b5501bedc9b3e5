package dev.agenttask.controller.task;

import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.controller.task.Decision.TaskEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides what must happen to a task: from what was observed and the time, and from nothing else. */
public final class TaskDecider {

    private final TaskRules rules;
    private final TaskValidator validator;
    private final RunningAttempt running;

    public TaskDecider(TaskRules rules, TaskValidator validator) {
        this.rules = rules;
        this.validator = validator;
        this.running = new RunningAttempt(rules);
    }

    /** What must happen now. The same observation at the same time always gives the same decision. */
    public Decision decide(Observed observed, Instant time) {
        var now = time.truncatedTo(ChronoUnit.MILLIS);
        var phase = observed.status().phase();
        if (observed.task().isMarkedForDeletion()) {
            return deletion(observed, now);
        }
        if (phase != null && phase.terminal()) {
            return finished(observed, now);
        }
        return observed.runningAttempt()
                .map(number -> running.decide(observed, number, now))
                .orElseGet(() -> waiting(observed, now));
    }

    private Decision waiting(Observed observed, Instant now) {
        var spec = observed.task().getSpec();
        if (spec.cancel()) {
            var message = "Cancelled while no attempt ran.";
            var status = TaskEnd.of(observed, now).cancelled(Reasons.CANCELLED, message);
            return new Decision(
                    releases(observed),
                    status,
                    List.of(new TaskEvent(false, Reasons.CANCELLED, message)),
                    Optional.of(Duration.ZERO));
        }
        var mistakes = validator.mistakes(spec);
        if (!mistakes.isEmpty()) {
            return failed(observed, now, Reasons.INVALID_SPEC, String.join(" ", mistakes));
        }
        if (spec.suspend()) {
            return hold(
                    observed,
                    now,
                    Phase.QUEUED,
                    new TaskEvent(false, Reasons.SUSPENDED, "Held until spec.suspend is false."),
                    Optional.empty());
        }
        var next = Retries.of(observed).next().filter(n -> now.isBefore(n.startsAt()));
        if (next.isPresent()) {
            return backingOff(observed, now, next.get());
        }
        return switch (observed.inputs()) {
            case Inputs.NotLookedAt i -> unchanged(observed, Optional.of(rules.inputRetry()));
            case Inputs.Missing missing -> missing(observed, now, missing);
            case Inputs.Refused refused -> failed(observed, now, refused.reason(), refused.message());
            case Inputs.Ready ready -> ready(observed, now, ready);
        };
    }

    private Decision backingOff(Observed observed, Instant now, Retries.Next next) {
        return hold(
                observed,
                now,
                Phase.QUEUED,
                new TaskEvent(true, Reasons.ATTEMPT_FAILED, next.message()),
                Optional.of(Duration.between(now, next.startsAt()).plusMillis(1)));
    }

    private Decision missing(Observed observed, Instant now, Inputs.Missing missing) {
        var since = observed.status()
                .latestAttempt()
                .flatMap(a -> Optional.ofNullable(a.finishedAt()))
                .orElse(Instant.parse(observed.task().getMetadata().getCreationTimestamp()));
        var tooLate = missing.timeout().filter(t -> !now.isBefore(since.plus(t)));
        if (tooLate.isPresent()) {
            return failed(observed, now, missing.reason(), missing.message() + " It did not come in time.");
        }
        return hold(
                observed,
                now,
                Phase.PENDING,
                new TaskEvent(true, missing.reason(), missing.message()),
                Optional.of(rules.inputRetry()));
    }

    private Decision ready(Observed observed, Instant now, Inputs.Ready ready) {
        return switch (observed.admission()) {
            case Admission.NotAsked a -> unchanged(observed, Optional.of(rules.inputRetry()));
            case Admission.Waiting w ->
                hold(observed, now, Phase.QUEUED, new TaskEvent(false, Reasons.QUEUED, w.message()), Optional.empty());
            case Admission.Admitted a -> running.start(observed, ready.prompt(), releases(observed), now);
        };
    }

    private Decision hold(Observed observed, Instant now, Phase phase, TaskEvent why, Optional<Duration> requeueAfter) {
        var draft = draft(observed, now)
                .phase(phase)
                .withoutProgress()
                .unknown(Condition.SUCCEEDED, why.reason(), why.message())
                .no(Condition.FINISHED, Reasons.IN_PROGRESS, "")
                .no(Condition.ADMITTED, why.reason(), why.message());
        TaskEnd.notYet(draft, observed.task().getSpec());
        var known = observed.status()
                .condition(Condition.SUCCEEDED)
                .filter(c -> c.reason().equals(why.reason()))
                .isPresent();
        return new Decision(releases(observed), draft.build(), known ? List.of() : List.of(why), requeueAfter);
    }

    private Decision failed(Observed observed, Instant now, String reason, String message) {
        var status = TaskEnd.of(observed, now).failed(reason, message);
        var event = new TaskEvent(true, Reasons.FAILED, reason + ": " + message);
        return new Decision(releases(observed), status, List.of(event), Optional.of(Duration.ZERO));
    }

    private Decision finished(Observed observed, Instant now) {
        var actions = new ArrayList<>(releases(observed));
        actions.addAll(strays(observed, now));
        var ttl = Optional.ofNullable(observed.task().getSpec().ttlSecondsAfterFinished())
                .map(Duration::ofSeconds);
        var deleteAt =
                ttl.flatMap(t -> observed.status().condition(Condition.FINISHED).map(c -> c.lastTransitionTime()
                        .plus(t)));
        if (actions.isEmpty() && deleteAt.filter(at -> !now.isBefore(at)).isPresent()) {
            actions.add(new Action.DeleteTask());
        }
        var draft = draft(observed, now);
        var events = MergeForecast.fold(observed, draft);
        var next = actions.isEmpty()
                ? deleteAt.map(at -> atLeast(Duration.between(now, at)))
                : Optional.of(rules.inputRetry());
        return new Decision(actions, draft.build(), events, next);
    }

    private Decision deletion(Observed observed, Instant now) {
        var actions = new ArrayList<Action>();
        var stop = new Stop(FailureClass.CANCELLED, Reasons.DELETED, "The task was deleted.", now);
        for (var pod : observed.pods()) {
            if (!pod.over(now, rules.slack())) {
                new PodStopping(rules, pod).step(stop, now).ifPresent(actions::add);
            } else if (pod.held()) {
                actions.add(new Action.ReleaseAttempt(pod.name()));
            }
        }
        var running = observed.pods().stream().anyMatch(p -> !p.over(now, rules.slack()));
        if (!running) {
            actions.add(new Action.FinishDeletion());
        }
        return new Decision(
                actions, observed.status(), List.of(), running ? Optional.of(rules.inputRetry()) : Optional.empty());
    }

    /** Pods that a finished task does not know of: the trace of a start that was never recorded. */
    private List<Action> strays(Observed observed, Instant now) {
        var stop = new Stop(FailureClass.CANCELLED, Reasons.CANCELLED, "The task was over already.", now);
        var actions = new ArrayList<Action>();
        for (var pod : observed.pods()) {
            if (!pod.held() || recorded(observed, pod)) {
                continue;
            }
            if (pod.over(now, rules.slack())) {
                actions.add(new Action.ReleaseAttempt(pod.name()));
            } else {
                new PodStopping(rules, pod).step(stop, now).ifPresent(actions::add);
            }
        }
        return actions;
    }

    /** An attempt is let go only once its end is in the status: nothing is lost if the controller dies in between. */
    static List<Action> releases(Observed observed) {
        return observed.pods().stream()
                .filter(ObservedPod::held)
                .filter(p -> recorded(observed, p))
                .map(p -> (Action) new Action.ReleaseAttempt(p.name()))
                .toList();
    }

    static StatusDraft draft(Observed observed, Instant now) {
        return new StatusDraft(observed.status(), observed.task().getMetadata().getGeneration(), now);
    }

    private static boolean recorded(Observed observed, ObservedPod pod) {
        return observed.status().attempts().stream().anyMatch(a -> a.number() == pod.attempt() && a.finished());
    }

    private static Decision unchanged(Observed observed, Optional<Duration> requeueAfter) {
        return new Decision(List.of(), observed.status(), List.of(), requeueAfter);
    }

    private static Duration atLeast(Duration duration) {
        return duration.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : duration;
    }
}
