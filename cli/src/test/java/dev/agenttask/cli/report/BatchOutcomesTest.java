package dev.agenttask.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.cli.report.TaskOutcome.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchOutcomesTest {

    private static final String PROBLEM = "problems: [{item: b, task: fix-b, reason: NoChange, message: nothing}]\n";

    @Test
    void a_task_that_is_there_speaks_for_itself_and_every_item_is_told() {
        var batch = Batches.batch(
                "canary: 1", "phase: Running\nstartedItems: 0-1\n" + Batches.why("Unknown", "Running", "1 of 4."));

        var all = BatchOutcomes.of(
                batch,
                outcomes(TaskOutcome.of(Tasks.succeeded("fix-a", "True")), TaskOutcome.of(Tasks.running("fix-b"))));

        assertThat(all).extracting(TaskOutcome::name).containsExactly("fix-a", "fix-b", "fix-c", "fix-d");
        assertThat(all)
                .extracting(TaskOutcome::kind)
                .containsExactly(Kind.SUCCEEDED, Kind.UNFINISHED, Kind.UNFINISHED, Kind.UNFINISHED);
        assertThat(all.getFirst().verified()).isTrue();
        assertThat(all.getLast().message()).isEqualTo("It waits to be started. 1 of 4.");
    }

    @ParameterizedTest
    @CsvSource({
        "CanaryFailed, NOT_STARTED, not every one of the first",
        "TooManyFailures, NOT_STARTED, more tasks failed than maxFailures permits",
        "InvalidBatch, NOT_STARTED, other items of the batch do not fit",
        "Cancelled, CANCELLED, The batch was cancelled before",
        "SomethingNew, FAILED, Why it ended.",
    })
    void an_item_that_was_never_started_has_the_reason_of_the_batch(String reason, Kind kind, String words) {
        var batch = ended(reason, "startedItems: 0-1\nsucceededItems: '0'\nfailedItems: '1'\n" + PROBLEM);

        var last = BatchOutcomes.of(batch, Map.of()).getLast();

        assertThat(last.kind()).isEqualTo(kind);
        assertThat(last.reason()).isEqualTo(reason);
        assertThat(last.message()).contains(words);
        assertThat(last.finished()).isTrue();
        assertThat(FailOn.FAILED.counts(last)).isTrue();
    }

    @Test
    void an_item_that_does_not_fit_has_failed_though_nothing_was_started() {
        var batch = ended("InvalidBatch", PROBLEM.replace("NoChange", "InvalidItem"));

        assertThat(BatchOutcomes.of(batch, Map.of()))
                .extracting(TaskOutcome::kind)
                .containsExactly(Kind.NOT_STARTED, Kind.FAILED, Kind.NOT_STARTED, Kind.NOT_STARTED);
    }

    @Test
    void what_a_deleted_task_came_to_is_told_by_the_batch() {
        var batch = ended(
                "ItemsFailed",
                "startedItems: 0-3\nsucceededItems: '0'\nfailedItems: 1-2\ncancelledItems: '3'\n" + PROBLEM);

        var all = BatchOutcomes.of(batch, outcomes(TaskOutcome.deleted(Tasks.running("fix-a"))));

        assertThat(all)
                .extracting(TaskOutcome::kind)
                .as("a task that was seen deleted is told as that")
                .containsExactly(Kind.DELETED, Kind.FAILED, Kind.FAILED, Kind.CANCELLED);
        assertThat(BatchOutcomes.of(batch, Map.of()))
                .extracting(outcome -> outcome.reason() + ": " + outcome.message())
                .containsExactly(
                        "Succeeded: Its task is no longer there.",
                        "NoChange: nothing",
                        "Failed: Its task is no longer there.",
                        "Cancelled: Its task is no longer there.");
    }

    @Test
    void the_items_of_a_deleted_batch_that_had_not_ended_are_deleted() {
        var batch = Batches.batch("canary: 1", "phase: Running\nstartedItems: 0-1\nsucceededItems: '0'\n");

        assertThat(BatchOutcomes.ofDeleted(batch, Map.of()))
                .extracting(TaskOutcome::kind)
                .containsExactly(Kind.SUCCEEDED, Kind.DELETED, Kind.DELETED, Kind.DELETED);
    }

    private static AgentTaskBatch ended(String reason, String status) {
        return Batches.batch("canary: 1", "phase: Failed\n" + status + Batches.why("False", reason, "Why it ended."));
    }

    private static Map<String, TaskOutcome> outcomes(TaskOutcome... tasks) {
        var byName = new HashMap<String, TaskOutcome>();
        List.of(tasks).forEach(task -> byName.put(task.name(), task));
        return byName;
    }
}
