package dev.agenttask.e2e.soak;

import dev.agenttask.api.Attempt;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Result;
import dev.agenttask.e2e.soak.RoundRecord.Commit;
import dev.agenttask.e2e.soak.RoundRecord.TaskRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What was delivered is in the repository once, and is what the status says; so is what was salvaged. */
final class GitCheck implements Check {

    private static final String BRANCHES = "refs/heads/";

    @Override
    public Stream<Violation> of(RoundRecord round, TaskRecord task) {
        var delivered = task.status().phase() == Phase.SUCCEEDED
                ? delivered(round, task)
                : branches(round, task).stream()
                        .flatMap(ref -> Check.lost(task, "it did not succeed, and %s is there", ref));
        return Stream.concat(
                delivered, task.status().attempts().stream().flatMap(attempt -> salvaged(round, task, attempt)));
    }

    private static List<String> branches(RoundRecord round, TaskRecord task) {
        return round.git().refs().keySet().stream()
                .filter(ref -> ref.startsWith(BRANCHES + "agenttask/" + task.name() + "-"))
                .toList();
    }

    private static Stream<Violation> delivered(RoundRecord round, TaskRecord task) {
        var result = Optional.ofNullable(task.status().result());
        if (result.isEmpty()) {
            return Check.lost(task, "it succeeded, and its status names no result");
        }
        var branches = branches(round, task);
        if (branches.size() > 1) {
            return Check.twice(task, "it was delivered as %s", branches);
        }
        var expected = Map.of(BRANCHES + result.get().branch(), result.get().commit());
        var found = branches.stream()
                .findFirst()
                .map(ref -> Map.of(ref, round.git().refs().get(ref)));
        return found.equals(Optional.of(expected))
                ? commit(round, task, result.get())
                : Check.lost(task, "its status names %s, and the repository has %s", expected, found.orElse(Map.of()));
    }

    private static Stream<Violation> commit(RoundRecord round, TaskRecord task, Result result) {
        var commit = Optional.ofNullable(round.git().commits().get(result.commit()));
        var base =
                Optional.ofNullable(task.status().base()).map(b -> b.commit()).orElse("");
        if (!commit.map(Commit::parents).equals(Optional.of(List.of(base)))) {
            return Check.lost(task, "its commit is not one on the base %s: %s", base, commit);
        }
        var attempt = task.status().latestAttempt().map(Attempt::number).orElse(0);
        return Stream.of(
                        "AgentTask: " + round.namespace() + "/" + task.name(),
                        "AgentTask-UID: " + task.uid(),
                        "AgentTask-Attempt: " + attempt)
                .filter(trailer -> commit.get().message().lines().noneMatch(trailer::equals))
                .flatMap(trailer -> Check.lost(
                        task,
                        "its commit lacks \"%s\": %s",
                        trailer,
                        commit.get().message()));
    }

    private static Stream<Violation> salvaged(RoundRecord round, TaskRecord task, Attempt attempt) {
        return Stream.of(attempt.wipRef(), attempt.logRef())
                .filter(ref -> !ref.isEmpty() && !round.git().refs().containsKey(ref))
                .flatMap(ref -> Check.lost(
                        task, "attempt %d names %s, which the repository does not have", attempt.number(), ref));
    }
}
