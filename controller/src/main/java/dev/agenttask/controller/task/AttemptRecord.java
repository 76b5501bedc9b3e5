package dev.agenttask.controller.task;

import static dev.agenttask.controller.task.TaskDecider.draft;
import static dev.agenttask.controller.task.TaskDecider.releases;

import dev.agenttask.api.Attempt;
import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.controller.task.AttemptOutcome.End;
import dev.agenttask.controller.task.Decision.TaskEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the end of an attempt into the status, and says what it means for the task. */
final class AttemptRecord {

    static Attempt begun(int number, String podName, Instant at) {
        return new Attempt(number, podName, at, null, null, null, null, "", "", "", "");
    }

    Decision ended(
            Observed observed,
            int number,
            String podName,
            Instant createdAt,
            AttemptOutcome outcome,
            List<Action> first,
            Instant now) {
        var spec = observed.task().getSpec();
        var message = StatusDraft.cut(message(observed, outcome));
        var draft = draft(observed, now).yes(Condition.ADMITTED, Reasons.ADMITTED, "");
        var startedAt = draft.recordedAttempt(number)
                .flatMap(a -> Optional.ofNullable(a.startedAt()))
                .orElse(createdAt);
        draft.base(outcome.base())
                .verification(outcome.verification())
                .result(outcome.result())
                .attempt(new Attempt(
                        number,
                        podName,
                        startedAt,
                        now,
                        Duration.between(startedAt, now).toSeconds(),
                        outcome.outcome(),
                        outcome.failureClass().orElse(null),
                        outcome.end().reason(),
                        message,
                        outcome.wipRef(),
                        outcome.logRef()));
        var actions = new ArrayList<>(releases(observed));
        actions.addAll(first);
        var suspended = outcome.end() instanceof End.Failure f
                && f.failureClass() == FailureClass.CANCELLED
                && f.reason().equals(Reasons.SUSPENDED)
                && !spec.cancel();
        return suspended
                ? queuedAgain(observed, draft, actions, message)
                : over(observed, draft, actions, outcome, message);
    }

    private static Decision queuedAgain(Observed observed, StatusDraft draft, List<Action> actions, String message) {
        draft.phase(Phase.QUEUED)
                .withoutProgress()
                .unknown(Condition.SUCCEEDED, Reasons.SUSPENDED, message)
                .no(Condition.FINISHED, Reasons.IN_PROGRESS, "")
                .no(Condition.ADMITTED, Reasons.SUSPENDED, message);
        TaskEnd.notYet(draft, observed.task().getSpec());
        var event = new TaskEvent(false, Reasons.SUSPENDED, message);
        return new Decision(actions, draft.build(), List.of(event), Optional.of(Duration.ZERO));
    }

    private static Decision over(
            Observed observed, StatusDraft draft, List<Action> actions, AttemptOutcome outcome, String message) {
        var end = TaskEnd.of(observed.task().getSpec(), draft);
        var reason = outcome.end().reason();
        var status =
                switch (outcome.outcome()) {
                    case SUCCEEDED -> end.succeeded(outcome.result().orElseThrow(), message);
                    case FAILED -> end.failed(reason, message);
                    case CANCELLED -> end.cancelled(Reasons.CANCELLED, message);
                };
        var event =
                switch (outcome.outcome()) {
                    case SUCCEEDED -> new TaskEvent(false, Reasons.SUCCEEDED, message);
                    case FAILED -> new TaskEvent(true, Reasons.FAILED, reason + ": " + message);
                    case CANCELLED -> new TaskEvent(false, Reasons.CANCELLED, message);
                };
        return new Decision(actions, status, List.of(event), Optional.of(Duration.ZERO));
    }

    private static String message(Observed observed, AttemptOutcome outcome) {
        var url = observed.task().getSpec().repository().url();
        var said = outcome.end().message();
        return switch (outcome.end()) {
            case End.Success s ->
                outcome.result()
                        .map(r -> (r.branch().isEmpty() ? "Kept at " : "Pushed ") + r.link() + ": " + r.summary() + "."
                                + (outcome.verification().isPresent() ? "" : " Unverified: there are no checks."))
                        .orElse(said);
            case End.Failure f
            when !outcome.wipRef().isEmpty() ->
                AttemptOutcome.sentence(said) + " Its work is kept: git fetch " + url + " " + outcome.wipRef();
            case End.Failure f -> said;
        };
    }
}
