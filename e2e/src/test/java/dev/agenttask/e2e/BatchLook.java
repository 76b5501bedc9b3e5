package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import dev.agenttask.api.batch.AgentTaskBatchStatus;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What somebody sees who asks the API server, first for a batch, then for its tasks, and after that the operator for its
 * metrics.
 *
 * @param batchVersion of the batch
 * @param status of the batch
 * @param tasksVersion of the list of tasks
 * @param tasks how many are in which phase
 * @param metrics how many the metrics say are in which phase
 */
record BatchLook(
        long batchVersion,
        AgentTaskBatchStatus status,
        long tasksVersion,
        Map<Phase, Integer> tasks,
        Map<Phase, Integer> metrics) {

    /**
     * How many looks a count may be old, on a machine that is busy with all the tasks. The operator counts in a cache, which
     * takes in one task after the other, so that there need not have been a moment at which all of a count was true.
     */
    static final int LAG = 6;

    /**
     * Fails unless at every look the list of tasks was what the history has, the batch counted each task where it was at
     * this look or a few before it, and nothing that had ended was taken back.
     */
    static void check(List<BatchLook> looks, TaskHistory history) {
        var before = looks.getFirst();
        for (var i = 0; i < looks.size(); i++) {
            var look = looks.get(i);
            var first = versionBefore(i, looks);
            assertThat(look.tasks)
                    .as("the list of tasks at version " + look.tasksVersion)
                    .isEqualTo(history.at(look.tasksVersion));
            assertThat(look.addsUp())
                    .as("the sums of the batch are those of its counts: %s", look)
                    .isTrue();
            var last = Math.max(first, look.batchVersion);
            assertThat(history.allows(look.counts(), first, last))
                    .as("the tasks from version %d to %d are as the batch counts: %s", first, last, look)
                    .isTrue();
            assertThat(finished(look.counts())).isGreaterThanOrEqualTo(finished(before.counts()));
            assertThat(finished(look.tasks)).isGreaterThanOrEqualTo(finished(before.tasks));
            assertThat(finished(look.counts()))
                    .as("the tasks were listed after the batch")
                    .isLessThanOrEqualTo(finished(look.tasks));
            before = look;
        }
    }

    /** Fails unless at every look the metrics counted each task where it was at this look, a few before it or the next. */
    static void checkMetrics(List<BatchLook> looks, TaskHistory history) {
        for (var i = 0; i < looks.size(); i++) {
            var look = looks.get(i);
            var first = versionBefore(i, looks);
            var last = i + 1 < looks.size() ? looks.get(i + 1).tasksVersion : Long.MAX_VALUE;
            assertThat(history.allows(look.metrics, first, last))
                    .as("the tasks from version %d to %d are as the metrics count: %s", first, last, look)
                    .isTrue();
        }
    }

    private static long versionBefore(int look, List<BatchLook> looks) {
        return look < LAG ? 0 : looks.get(look - LAG).tasksVersion;
    }

    /** Whether each count of the batch is that of the tasks. */
    boolean agreesWith(Map<Phase, Integer> tasks) {
        return addsUp() && counts().equals(tasks);
    }

    private boolean addsUp() {
        return status.active() == sum(status.phases()) && status.waiting() == status.items() - sum(counts());
    }

    /** How many tasks the batch counts in which phase, without those that none is in. */
    private Map<Phase, Integer> counts() {
        var counts = new EnumMap<Phase, Integer>(Phase.class);
        counts.putAll(status.phases());
        counts.put(Phase.SUCCEEDED, status.succeeded());
        counts.put(Phase.FAILED, status.failed());
        counts.put(Phase.CANCELLED, status.cancelled());
        counts.values().removeIf(count -> count == 0);
        return counts;
    }

    private static int finished(Map<Phase, Integer> counts) {
        return counts.entrySet().stream()
                .filter(e -> e.getKey().terminal())
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    private static int sum(Map<Phase, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
