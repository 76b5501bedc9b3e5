package dev.agenttask.controller.task;

import static dev.agenttask.controller.task.TaskDecider.draft;
import static dev.agenttask.controller.task.TaskDecider.releases;

import dev.agenttask.api.Attempt;
import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.controller.task.AttemptWatch.Problem;
import dev.agenttask.controller.task.Decision.TaskEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The rules from the start of an attempt to its end. */
final class RunningAttempt {

    private final TaskRules rules;
    private final AttemptRecord record = new AttemptRecord();

    RunningAttempt(TaskRules rules) {
        this.rules = rules;
    }

    Decision start(Observed observed, String prompt, List<Action> releases, Instant now) {
        var number = observed.nextAttempt();
        var podName = AttemptNames.pod(AttemptNames.id(observed.task()), number);
        var actions = new ArrayList<>(releases);
        actions.add(new Action.StartAttempt(number, prompt));
        var message = "Attempt " + number + " runs in pod " + podName + ".";
        var draft = draft(observed, now)
                .phase(Phase.RUNNING)
                .withoutOutcome()
                .unknown(Condition.SUCCEEDED, Reasons.RUNNING, message)
                .no(Condition.FINISHED, Reasons.IN_PROGRESS, "")
                .yes(Condition.ADMITTED, Reasons.ADMITTED, "")
                .attempt(AttemptRecord.begun(number, podName, now))
                .progress(StepProgress.first(now));
        TaskEnd.notYet(draft, observed.task().getSpec());
        return new Decision(
                actions,
                draft.build(),
                List.of(new TaskEvent(false, Reasons.ATTEMPT_STARTED, message)),
                Optional.of(rules.startTimeout()));
    }

    Decision decide(Observed observed, int number, Instant now) {
        var found = observed.pod(number);
        if (found.isPresent()) {
            var pod = found.get();
            return pod.over(now, rules.slack())
                    ? record.ended(
                            observed,
                            pod.attempt(),
                            pod.name(),
                            pod.createdAt(),
                            outcome(observed, pod),
                            List.of(),
                            now)
                    : going(observed, pod, now);
        }
        var attempt = observed.status().latestAttempt().orElseThrow();
        var startedAt = Optional.ofNullable(attempt.startedAt()).orElse(Instant.EPOCH);
        return record.ended(
                observed,
                number,
                attempt.podName(),
                startedAt,
                AttemptReading.vanished(),
                List.of(new Action.ReleaseAttempt(attempt.podName())),
                now);
    }

    private static AttemptOutcome outcome(Observed observed, ObservedPod pod) {
        return AttemptReading.outcome(
                observed.task().getSpec(), pod, AttemptNames.logRef(AttemptNames.id(observed.task()), pod.attempt()));
    }

    private Decision going(Observed observed, ObservedPod pod, Instant now) {
        var watch = new AttemptWatch(rules, observed.task().getSpec(), pod);
        var stopping = new PodStopping(rules, pod);
        var wanted = pod.stop().or(() -> wantedStop(observed, watch, now));
        var action = wanted.flatMap(stop -> stopping.step(stop, now));
        var problem = watch.visible();
        var draft = draft(observed, now)
                .phase(phase(pod))
                .no(Condition.FINISHED, Reasons.IN_PROGRESS, "")
                .yes(Condition.ADMITTED, Reasons.ADMITTED, "")
                .base(AttemptReading.base(pod));
        var attempt = draft.recordedAttempt(pod.attempt())
                .orElseGet(() -> AttemptRecord.begun(pod.attempt(), pod.name(), pod.createdAt()));
        var progress = new StepProgress(rules.progressInterval(), observed, pod).at(now);
        draft.progress(progress.value()).attempt(asHeard(attempt, observed, pod, progress));
        TaskEnd.notYet(draft, observed.task().getSpec());
        explain(observed, pod, wanted, problem, draft);

        var actions = new ArrayList<>(releases(observed));
        action.ifPresent(actions::add);
        var ending = wanted.isPresent() || pod.lostAt(rules.slack()).isPresent();
        var next =
                ending ? Optional.of(stopping.nextLook(now)) : watch.nextEnd().map(p -> until(p.until(), now));
        return new Decision(actions, draft.build(), events(observed, wanted, problem), earlier(next, progress.again()));
    }

    private Optional<Stop> wantedStop(Observed observed, AttemptWatch watch, Instant now) {
        var spec = observed.task().getSpec();
        if (spec.cancel()) {
            return Optional.of(
                    new Stop(FailureClass.CANCELLED, Reasons.CANCELLED, "A person cancelled the task.", now));
        }
        if (spec.suspend()) {
            return Optional.of(
                    new Stop(FailureClass.CANCELLED, Reasons.SUSPENDED, "A person suspended the task.", now));
        }
        return watch.nextEnd().filter(p -> !now.isBefore(p.until())).map(p -> p.stop(now));
    }

    /** Usage is written as often as progress is. */
    private static Attempt asHeard(Attempt attempt, Observed observed, ObservedPod pod, StepProgress.Update progress) {
        var unchanged = progress.value().equals(observed.status().progress());
        var used = observed.used(pod.attempt()).filter(_ -> !unchanged);
        var heard = used.map(attempt::withUsage).orElse(attempt);
        return checkpointed(observed, pod) ? heard.withWipRef(wipRef(observed, pod)) : heard;
    }

    private static boolean checkpointed(Observed observed, ObservedPod pod) {
        return observed.progress()
                .filter(l -> l.attempt() == pod.attempt() && l.checkpointed())
                .isPresent();
    }

    private static String wipRef(Observed observed, ObservedPod pod) {
        return AttemptNames.wipRef(AttemptNames.id(observed.task()), pod.attempt());
    }

    private static void explain(
            Observed observed, ObservedPod pod, Optional<Stop> stop, Optional<Problem> problem, StatusDraft draft) {
        if (stop.isPresent()) {
            draft.unknown(
                    Condition.SUCCEEDED, stop.get().reason(), stop.get().message() + " The pod is being stopped.");
        } else if (problem.isPresent()) {
            draft.unknown(Condition.SUCCEEDED, problem.get().reason(), settled(observed, problem.get()));
        } else {
            draft.unknown(Condition.SUCCEEDED, reason(phase(pod)), message(pod));
        }
    }

    /** A node's words about an image change with every try: the first ones stay, so that the status is not rewritten. */
    private static String settled(Observed observed, Problem problem) {
        return observed.status()
                .condition(Condition.SUCCEEDED)
                .filter(c -> c.reason().equals(problem.reason()) && c.status().equals("Unknown"))
                .filter(c -> !c.reason().equals(Reasons.UNSCHEDULABLE))
                .map(Condition::message)
                .orElse(problem.message());
    }

    private static List<TaskEvent> events(Observed observed, Optional<Stop> stop, Optional<Problem> problem) {
        var told = observed.status()
                .condition(Condition.SUCCEEDED)
                .map(Condition::reason)
                .orElse("");
        return stop
                .map(s -> new TaskEvent(s.failureClass() != FailureClass.CANCELLED, s.reason(), s.message()))
                .or(() -> problem.map(p -> new TaskEvent(true, p.reason(), p.message())))
                .filter(e -> !e.reason().equals(told))
                .stream()
                .toList();
    }

    private static Phase phase(ObservedPod pod) {
        return switch (pod.step()) {
            case PodLayout.DELIVER -> Phase.DELIVERING;
            case PodLayout.VERIFY -> Phase.VERIFYING;
            default -> Phase.RUNNING;
        };
    }

    private static String reason(Phase phase) {
        return switch (phase) {
            case DELIVERING -> Reasons.DELIVERING;
            case VERIFYING -> Reasons.VERIFYING;
            default -> Reasons.RUNNING;
        };
    }

    private static String message(ObservedPod pod) {
        return "Attempt " + pod.attempt() + " runs in pod " + pod.name() + ".";
    }

    private static Duration until(Instant at, Instant now) {
        var wait = Duration.between(now, at);
        return wait.isNegative() ? Duration.ofSeconds(1) : wait.plusMillis(1);
    }

    private static Optional<Duration> earlier(Optional<Duration> one, Optional<Duration> other) {
        return Stream.of(one, other).flatMap(Optional::stream).min(Duration::compareTo);
    }
}
