package dev.agenttask.e2e.soak;

import dev.agenttask.api.Attempt;
import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.e2e.soak.RoundRecord.TaskRecord;
import dev.agenttask.e2e.soak.TaskKind.Expected;
import java.util.stream.Stream;

/** Every task ends as its kind says, and what is done to others, or to the operator, costs it no attempt. */
final class EndCheck implements Check {

    @Override
    public Stream<Violation> of(RoundRecord round, TaskRecord task) {
        return finished(task)
                ? Stream.concat(end(task), task.status().attempts().stream().flatMap(a -> attempt(round, task, a)))
                : Check.lost(
                        task, "it has not ended; its phase is %s", task.status().phase());
    }

    private static boolean finished(TaskRecord task) {
        return task.status()
                .condition(Condition.FINISHED)
                .filter(c -> c.status().equals("True"))
                .isPresent();
    }

    private static Stream<Violation> end(TaskRecord task) {
        if (usedUp(task)) {
            return Stream.empty();
        }
        return switch (task.plan().kind().expected()) {
            case Expected.Success success ->
                task.status().phase() == Phase.SUCCEEDED
                        ? Stream.empty()
                        : Check.lost(task, "it must succeed, and ended as %s", ending(task));
            case Expected.Failure failure -> failed(task, failure);
        };
    }

    /** An end with a failure of the infrastructure is right only after as many attempts as the task permits. */
    private static boolean usedUp(TaskRecord task) {
        return task.status().phase() == Phase.FAILED
                && ofClass(task, FailureClass.INFRASTRUCTURE) == TaskKind.INFRASTRUCTURE_RETRIES + 1;
    }

    private static Stream<Violation> failed(TaskRecord task, Expected.Failure wanted) {
        var last = task.status().latestAttempt();
        var right = task.status().phase() == Phase.FAILED
                && last.filter(a -> a.failureClass() == wanted.failureClass())
                        .filter(a -> a.reason().equals(wanted.reason()))
                        .filter(a -> a.message().contains(wanted.words()))
                        .isPresent();
        if (!right) {
            return Check.lost(
                    task,
                    "it must fail with %s (\"%s\"), and ended as %s",
                    wanted.reason(),
                    wanted.words(),
                    ending(task));
        }
        var own = ofClass(task, wanted.failureClass());
        var permitted = task.plan().kind().agentRetries() + 1;
        return own == permitted
                ? Stream.empty()
                : Check.lost(task, "%d attempts failed by themselves, and it has %d", own, permitted);
    }

    private static String ending(TaskRecord task) {
        return task.status().phase()
                + task.status()
                        .latestAttempt()
                        .map(a -> ", " + a.failureClass() + " " + a.reason() + ": " + a.message())
                        .orElse("");
    }

    private static long ofClass(TaskRecord task, FailureClass failureClass) {
        return task.status().attempts().stream()
                .filter(a -> a.failureClass() == failureClass)
                .count();
    }

    private static Stream<Violation> attempt(RoundRecord round, TaskRecord task, Attempt attempt) {
        if (!attempt.finished()) {
            return Check.lost(task, "the task has ended, and its attempt %d has not", attempt.number());
        }
        return attempt.failureClass() == FailureClass.INFRASTRUCTURE
                        && !round.struck().contains(attempt.podName())
                ? Check.lost(
                        task,
                        "attempt %d failed with %s though nothing was done to its pod: %s",
                        attempt.number(),
                        attempt.reason(),
                        attempt.message())
                : Stream.empty();
    }
}
