package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Phase;
import dev.agenttask.api.batch.AgentTaskBatchStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BatchLookTest {

    private static final Map<Phase, Integer> AT_LAST = Map.of(Phase.QUEUED, 1, Phase.SUCCEEDED, 1);
    private static final String COUNTED_AT_LAST =
            "{items: 3, waiting: 1, active: 1, succeeded: 1, phases: {Queued: 1}}";

    private final ConcurrentSkipListMap<Long, AgentTask> versions = new ConcurrentSkipListMap<>();
    private final TaskHistory history = new TaskHistory(versions, () -> {});

    BatchLookTest() {
        put(10, "a", Phase.QUEUED);
        put(20, "b", Phase.QUEUED);
        put(30, "a", Phase.RUNNING);
        put(40, "a", Phase.SUCCEEDED);
    }

    @Test
    void a_batch_may_count_what_the_tasks_were_a_moment_before() {
        assertThatCode(() -> check(
                        look(25, "{items: 3, waiting: 2, active: 1, phases: {Queued: 1}}", Map.of(Phase.QUEUED, 2)),
                        look(45, "{items: 3, waiting: 1, active: 2, phases: {Queued: 1, Running: 1}}", AT_LAST),
                        look(50, COUNTED_AT_LAST, AT_LAST)))
                .doesNotThrowAnyException();
    }

    @Test
    void a_count_may_have_tasks_of_different_moments() {
        put(43, "b", Phase.RUNNING);
        put(44, "b", Phase.SUCCEEDED);

        assertThatCode(() -> check(look(
                        45, "{items: 3, waiting: 1, active: 2, phases: {Running: 2}}", Map.of(Phase.SUCCEEDED, 2))))
                .doesNotThrowAnyException();
    }

    @Test
    void counts_that_the_tasks_never_had_are_told() {
        var tooMany =
                look(45, "{items: 3, waiting: 0, active: 2, succeeded: 1, phases: {Queued: 1, Running: 1}}", AT_LAST);
        var neverFailed = look(45, "{items: 3, waiting: 1, active: 1, failed: 1, phases: {Queued: 1}}", AT_LAST);
        var alwaysQueued = look(45, "{items: 3, waiting: 1, active: 1, succeeded: 1, phases: {Running: 1}}", AT_LAST);

        assertThatThrownBy(() -> check(tooMany)).hasMessageContaining("as the batch counts");
        assertThatThrownBy(() -> check(neverFailed)).hasMessageContaining("as the batch counts");
        assertThatThrownBy(() -> check(alwaysQueued)).hasMessageContaining("as the batch counts");
    }

    @Test
    void sums_that_are_not_those_of_the_counts_are_told() {
        assertThatThrownBy(() -> check(look(45, "{items: 3, waiting: 1, active: 2, phases: {Queued: 1}}", AT_LAST)))
                .hasMessageContaining("the sums of the batch");
        assertThatThrownBy(() -> check(look(45, "{items: 3, waiting: 3, active: 1, phases: {Queued: 1}}", AT_LAST)))
                .hasMessageContaining("the sums of the batch");
    }

    @Test
    void counts_that_are_too_old_or_newer_than_the_batch_are_told() {
        var running = "{items: 3, waiting: 1, active: 2, phases: {Queued: 1, Running: 1}}";
        var now = look(45, COUNTED_AT_LAST, AT_LAST);

        assertThatCode(() -> check(look(45, running, AT_LAST), now, now)).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(afterLooks(now, look(46, running, AT_LAST))))
                .hasMessageContaining("from version 45 to 46");
        assertThatThrownBy(() -> check(look(25, running, AT_LAST))).hasMessageContaining("from version 0 to 25");
    }

    @Test
    void a_batch_that_has_not_changed_for_some_looks_still_counts_the_tasks() {
        var unchanged = look(41, COUNTED_AT_LAST, AT_LAST);
        var overtaken = look(31, "{items: 3, waiting: 1, active: 2, phases: {Queued: 1, Running: 1}}", AT_LAST);

        assertThatCode(() -> check(afterLooks(unchanged, unchanged))).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(afterLooks(overtaken, overtaken))).hasMessageContaining("from version 45 to 45");
    }

    @Test
    void what_had_ended_is_not_taken_back() {
        var now = look(45, COUNTED_AT_LAST, AT_LAST);
        var back = look(46, "{items: 3, waiting: 1, active: 2, phases: {Queued: 1, Running: 1}}", AT_LAST);

        assertThatThrownBy(() -> check(now, back)).hasMessageContaining("greater than or equal");
    }

    @Test
    void a_list_that_the_history_does_not_have_is_told() {
        assertThatThrownBy(() -> check(look(5, "{items: 3, waiting: 3}", Map.of(Phase.QUEUED, 3))))
                .hasMessageContaining("the list of tasks at version 45");
    }

    @Test
    void metrics_may_be_a_look_older_or_newer_and_no_more() {
        var first = measured(15, Map.of(Phase.QUEUED, 1));
        var last = measured(45, AT_LAST);

        assertThatCode(() -> BatchLook.checkMetrics(
                        List.of(first, measured(25, Map.of(Phase.QUEUED, 1, Phase.RUNNING, 1)), last), history))
                .doesNotThrowAnyException();
        assertThatThrownBy(() ->
                        BatchLook.checkMetrics(List.of(first, measured(25, Map.of(Phase.QUEUED, 3)), last), history))
                .hasMessageContaining("from version 0 to 45 are as the metrics count");
        assertThatThrownBy(() -> BatchLook.checkMetrics(
                        List.of(afterLooks(last, measured(50, Map.of(Phase.QUEUED, 2)))), history))
                .hasMessageContaining("from version 45");
    }

    /** A look after as many others as a count may be old. */
    private static BatchLook[] afterLooks(BatchLook others, BatchLook look) {
        return Stream.concat(Collections.nCopies(BatchLook.LAG, others).stream(), Stream.of(look))
                .toArray(BatchLook[]::new);
    }

    private static BatchLook measured(long version, Map<Phase, Integer> metrics) {
        return new BatchLook(version, AgentTaskBatchStatus.NONE, version, Map.of(), metrics);
    }

    private void check(BatchLook... looks) {
        BatchLook.check(List.of(looks), history);
    }

    private static BatchLook look(long version, String status, Map<Phase, Integer> tasks) {
        // The list is as old as its counts.
        var listed = tasks.equals(Map.of(Phase.QUEUED, 2)) ? 25 : 45;
        return new BatchLook(
                version,
                Serialization.unmarshal("# YAML\n" + status, AgentTaskBatchStatus.class),
                listed,
                tasks,
                tasks);
    }

    private void put(long version, String name, Phase phase) {
        var task = new AgentTask();
        task.getMetadata().setName(name);
        task.setStatus(AgentTaskJson.MAPPER.convertValue(Map.of("phase", phase), AgentTaskStatus.class));
        versions.put(version, task);
    }
}
