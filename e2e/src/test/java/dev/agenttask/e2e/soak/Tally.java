package dev.agenttask.e2e.soak;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What all rounds together have found.
 *
 * @param rounds that were made
 * @param tasks that were made
 * @param counts of each kind of violation: tasks that were lost or done twice, and things that were left
 * @param seed of the first round
 */
record Tally(int rounds, int tasks, Map<Violation.Kind, Long> counts, long seed) {

    static Tally start(long seed) {
        return new Tally(0, 0, Map.of(), seed);
    }

    /** With another round. Several violations of one kind about one task count once. */
    Tally and(int tasksOfRound, List<Violation> violations) {
        var sum = new TreeMap<>(counts);
        violations.stream()
                .map(v -> v.kind() == Violation.Kind.LEFT || v.task().isEmpty()
                        ? v
                        : new Violation(v.kind(), v.task(), ""))
                .distinct()
                .collect(Collectors.groupingBy(Violation::kind, Collectors.counting()))
                .forEach((kind, count) -> sum.merge(kind, count, Long::sum));
        return new Tally(rounds + 1, tasks + tasksOfRound, Map.copyOf(sum), seed);
    }

    long count(Violation.Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    boolean clean() {
        return counts.isEmpty();
    }

    @Override
    public String toString() {
        return "rounds: %d, tasks: %d, lost: %d, twice: %d, leftovers: %d, seed: %d"
                .formatted(
                        rounds,
                        tasks,
                        count(Violation.Kind.LOST),
                        count(Violation.Kind.TWICE),
                        count(Violation.Kind.LEFT),
                        seed);
    }
}
