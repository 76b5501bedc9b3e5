package dev.agenttask.e2e.soak;

import dev.agenttask.api.Attempt;
import dev.agenttask.e2e.soak.RoundRecord.AgentRun;
import dev.agenttask.e2e.soak.RoundRecord.SeenPod;
import dev.agenttask.e2e.soak.RoundRecord.TaskRecord;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** No attempt is made twice, none beside another, none after the one that succeeded, and none that nobody knows of. */
final class OnceCheck implements Check {

    @Override
    public Stream<Violation> of(RoundRecord round, TaskRecord task) {
        var attempts = task.status().attempts();
        return Stream.of(
                        numbers(task, attempts),
                        order(task, attempts),
                        attempts.stream().flatMap(attempt -> attempt(round, task, attempt)),
                        unknown(round, task, attempts))
                .flatMap(found -> found);
    }

    private static Stream<Violation> numbers(TaskRecord task, List<Attempt> attempts) {
        var numbers = attempts.stream().map(Attempt::number).toList();
        var wanted = IntStream.rangeClosed(1, attempts.size()).boxed().toList();
        return numbers.equals(wanted) ? Stream.empty() : Check.twice(task, "its attempts are numbered %s", numbers);
    }

    private static Stream<Violation> order(TaskRecord task, List<Attempt> attempts) {
        return IntStream.range(1, attempts.size()).boxed().flatMap(i -> {
            var before = attempts.get(i - 1);
            var attempt = attempts.get(i);
            if (before.outcome() == Attempt.Outcome.SUCCEEDED) {
                return Check.twice(
                        task, "attempt %d followed attempt %d, which succeeded", attempt.number(), before.number());
            }
            return before.finishedAt() != null
                            && attempt.startedAt() != null
                            && attempt.startedAt().isBefore(before.finishedAt())
                    ? Check.twice(
                            task, "attempt %d began before attempt %d had ended", attempt.number(), before.number())
                    : Stream.empty();
        });
    }

    private static Stream<Violation> attempt(RoundRecord round, TaskRecord task, Attempt attempt) {
        var runs = round.runsIn(attempt.podName());
        if (runs.size() > 1) {
            return Check.twice(task, "the agent of attempt %d ran %d times", attempt.number(), runs.size());
        }
        var pods = round.podsOf(task).stream()
                .filter(pod -> pod.name().equals(attempt.podName()))
                .map(SeenPod::uid)
                .collect(Collectors.toSet());
        if (pods.size() > 1) {
            return Check.twice(task, "attempt %d had the pods %s", attempt.number(), pods);
        }
        return attempt.outcome() == Attempt.Outcome.SUCCEEDED && runs.isEmpty()
                ? Check.lost(task, "attempt %d succeeded, and its agent never ran", attempt.number())
                : Stream.empty();
    }

    /** Pods and runs that the ledger does not have. */
    private static Stream<Violation> unknown(RoundRecord round, TaskRecord task, List<Attempt> attempts) {
        var known = attempts.stream().map(Attempt::podName).collect(Collectors.toSet());
        Set<String> seen = round.podsOf(task).stream().map(SeenPod::name).collect(Collectors.toSet());
        var ran = round.runs().stream()
                .map(AgentRun::pod)
                .filter(pod -> pod.startsWith(task.name() + "-"))
                .collect(Collectors.toSet());
        return Stream.concat(seen.stream(), ran.stream())
                .distinct()
                .filter(pod -> !known.contains(pod))
                .flatMap(pod -> Check.twice(
                        task,
                        "pod %s %s, and the ledger does not know it",
                        pod,
                        ran.contains(pod) ? "ran the agent" : "was there"));
    }
}
