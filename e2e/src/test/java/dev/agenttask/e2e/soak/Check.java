package dev.agenttask.e2e.soak;

import dev.agenttask.e2e.soak.RoundRecord.TaskRecord;
import java.util.List;
import java.util.stream.Stream;

/** Looks for what must not have happened to a task. A pure function of what was collected. */
@FunctionalInterface
interface Check {

    /** What every round is asked. */
    List<Check> ALL = List.of(new EndCheck(), new OnceCheck(), new GitCheck(), new KafkaCheck());

    Stream<Violation> of(RoundRecord round, TaskRecord task);

    /** Everything that any check finds in a round. */
    static List<Violation> violations(RoundRecord round) {
        return round.tasks().stream()
                .flatMap(task -> ALL.stream().flatMap(check -> check.of(round, task)))
                .toList();
    }

    static Stream<Violation> lost(TaskRecord task, String what, Object... values) {
        return Stream.of(new Violation(Violation.Kind.LOST, task.name(), what.formatted(values)));
    }

    static Stream<Violation> twice(TaskRecord task, String what, Object... values) {
        return Stream.of(new Violation(Violation.Kind.TWICE, task.name(), what.formatted(values)));
    }
}
