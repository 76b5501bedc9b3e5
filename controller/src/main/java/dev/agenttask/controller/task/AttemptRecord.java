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
        return new Attempt(number, podName, at, null, null, null, null, "", "", "", "", null);
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
        var draft = draft(observed, now).yes(Condition.ADMITTED, Reasons.ADMITTED, "");
        var recorded = draft.recordedAttempt(number);
        var message = Conditions.cut(message(observed, number, outcome, checkpoint(recorded, outcome)));
        var startedAt =
                recorded.flatMap(a -> Optional.ofNullable(a.startedAt())).orElse(createdAt);
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
                        checkpoint(recorded, outcome).orElse(outcome.wipRef()),
                        outcome.logRef(),
                        outcome.usage()
                                .or(() -> observed.used(number))
                                .or(() -> recorded.flatMap(a -> Optional.ofNullable(a.usage())))
                                .orElse(null)));
        var actions = new ArrayList<>(releases(observed));
        actions.addAll(first);
        var suspended = outcome.end() instanceof End.Failure f
                && f.failureClass() == FailureClass.CANCELLED
                && f.reason().equals(Reasons.SUSPENDED)
                && !spec.cancel();
        if (suspended) {
            return queuedAgain(draft, observed, actions, new TaskEvent(false, Reasons.SUSPENDED, message));
        }
        var retries = new Retries(spec.retry(), draft.build().attempts());
        return retries.next()
                .map(next -> queuedAgain(
                        draft, observed, actions, new TaskEvent(true, Reasons.ATTEMPT_FAILED, next.message())))
                .orElseGet(() -> over(observed, draft, actions, outcome, lastMessage(message, retries)));
    }

    private static String told(String said, String what, String url, String ref) {
        return AttemptOutcome.sentence(said) + " " + what + ": git fetch " + url + " " + ref;
    }

    /** A message may end with a command to copy, so that nothing is put after it. */
    private static String lastMessage(String message, Retries retries) {
        return retries.exhausted().map(why -> why + " " + message).orElse(message);
    }

    private static Decision queuedAgain(StatusDraft draft, Observed observed, List<Action> actions, TaskEvent event) {
        draft.phase(Phase.QUEUED)
                .withoutProgress()
                .unknown(Condition.SUCCEEDED, event.reason(), event.message())
                .no(Condition.FINISHED, Reasons.IN_PROGRESS, "")
                .no(Condition.ADMITTED, event.reason(), event.message());
        TaskEnd.notYet(draft, observed.task().getSpec());
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

    /** The checkpoint that is all that is left of an attempt; empty if it ended well, or left something newer. */
    private static Optional<String> checkpoint(Optional<Attempt> recorded, AttemptOutcome outcome) {
        var left = outcome.end() instanceof End.Failure f && !f.reason().equals(Reasons.NO_CHANGE);
        return recorded.map(Attempt::wipRef)
                .filter(ref -> left && outcome.wipRef().isEmpty() && !ref.isEmpty());
    }

    private static String message(Observed observed, int number, AttemptOutcome outcome, Optional<String> checkpoint) {
        var url = observed.task().getSpec().repository().url();
        var said = outcome.end().message();
        return switch (outcome.end()) {
            case End.Success s ->
                outcome.result()
                        .map(r -> (r.branch().isEmpty() ? "Kept at " : "Pushed ") + r.link() + ": " + r.summary() + "."
                                + (outcome.verification().isPresent() ? "" : " Unverified: there are no checks."))
                        .orElse(said);
            case End.Failure f
            when !outcome.wipRef().isEmpty() -> told(said, "Its work is kept", url, outcome.wipRef());
            case End.Failure f
            when checkpoint.isPresent() -> told(said, "Its last checkpoint is kept", url, checkpoint.get());
            case End.Failure f
            when outcome.unheard() ->
                told(
                        said,
                        "If it made a checkpoint, this brings it",
                        url,
                        AttemptNames.wipRef(AttemptNames.id(observed.task()), number));
            case End.Failure f -> said;
        };
    }
}
