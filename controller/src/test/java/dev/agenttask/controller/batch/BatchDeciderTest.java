package dev.agenttask.controller.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Usage;
import dev.agenttask.api.batch.AgentTaskBatchStatus;
import dev.agenttask.api.batch.BatchPhase;
import dev.agenttask.api.batch.BatchProblem;
import dev.agenttask.controller.batch.BatchDecision.Change;
import dev.agenttask.controller.batch.BatchDecision.Kind;
import dev.agenttask.controller.task.Decision.TaskEvent;
import dev.agenttask.controller.task.Labels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchDeciderTest {

    @Test
    void all_items_are_started_and_the_batch_succeeds_when_each_task_has() {
        var story = story(3, "").settle();
        assertThat(story.started()).containsExactly("i0", "i1", "i2");
        assertThat(story.status().phase()).isEqualTo(BatchPhase.RUNNING);
        assertThat(story.status().active()).isEqualTo(3);
        assertThat(story.status().phases()).containsExactly(Map.entry(Phase.RUNNING, 3));

        story.succeed("i0", "i1", "i2").settle();

        assertThat(story.status().phase()).isEqualTo(BatchPhase.SUCCEEDED);
        assertThat(story.condition(Condition.SUCCEEDED).status()).isEqualTo("True");
        assertThat(story.condition(Condition.FINISHED).status()).isEqualTo("True");
        assertThat(story.status().succeededItems()).isEqualTo("0-2");
        assertThat(story.events).extracting(TaskEvent::reason).containsExactly("Succeeded");
    }

    @Test
    void a_batch_used_what_its_tasks_that_are_over_used_also_those_deleted_since() {
        var story = story(3, "").settle();
        assertThat(story.status().usage()).isNull();

        story.used("i0", new Usage(1000, 800, 50, "0.25")).succeed("i0").settle();
        story.used("i1", new Usage(500, 0, 5, ""))
                .end("i1", Phase.FAILED, "NoChange")
                .settle();
        assertThat(story.status().usage()).isEqualTo(new Usage(1500, 800, 55, "0.25"));

        story.delete("i0");
        story.used("i2", new Usage(1, 0, 1, "0.05")).succeed("i2").settle();
        assertThat(story.status().usage()).isEqualTo(new Usage(1501, 800, 56, "0.3"));
    }

    @Test
    void no_more_tasks_are_unfinished_at_a_time_than_parallelism_says() {
        var story = story(5, "parallelism: 2").settle();
        assertThat(story.started()).containsExactly("i0", "i1");

        story.succeed("i1").settle();

        assertThat(story.started()).containsExactly("i0", "i1", "i2");
        assertThat(story.status().waiting()).isEqualTo(2);
    }

    @Test
    void the_others_start_when_the_first_have_succeeded() {
        var story = story(4, "canary: 2").settle();
        assertThat(story.started()).containsExactly("i0", "i1");
        assertThat(story.status().phase()).isEqualTo(BatchPhase.CANARY);
        assertThat(story.condition(AgentTaskBatchStatus.CANARY_PASSED).status()).isEqualTo("Unknown");

        story.succeed("i0").settle();
        assertThat(story.started()).hasSize(2);

        story.succeed("i1").settle();
        assertThat(story.started()).hasSize(4);
        assertThat(story.condition(AgentTaskBatchStatus.CANARY_PASSED).status()).isEqualTo("True");
        assertThat(story.events).extracting(TaskEvent::reason).containsExactly("CanaryPassed");
    }

    @Test
    void the_others_never_start_when_one_of_the_first_fails_and_what_runs_goes_on() {
        var story = story(4, "canary: 2").settle();

        story.end("i0", Phase.FAILED, "NoChange").settle();
        assertThat(story.status().phase()).isEqualTo(BatchPhase.STOPPING);
        assertThat(story.condition(Condition.FINISHED).status()).isEqualTo("False");

        story.succeed("i1").settle();
        assertThat(story.status().phase()).isEqualTo(BatchPhase.FAILED);
        assertThat(story.condition(Condition.SUCCEEDED).reason()).isEqualTo("CanaryFailed");
        assertThat(story.condition(AgentTaskBatchStatus.CANARY_PASSED).status()).isEqualTo("False");
        assertThat(story.status().waiting()).isEqualTo(2);
        assertThat(story.started()).hasSize(2);
    }

    @Test
    void one_failure_more_than_may_be_stops_the_batch() {
        var story = story(6, "{parallelism: 2, maxFailures: 1}").settle();

        story.end("i0", Phase.FAILED, "NoChange").settle();
        assertThat(story.started()).hasSize(3);
        story.end("i1", Phase.FAILED, "AgentFailed").settle();
        assertThat(story.started()).hasSize(3);
        story.succeed("i2").settle();

        assertThat(story.status().phase()).isEqualTo(BatchPhase.FAILED);
        var why = story.condition(Condition.SUCCEEDED);
        assertThat(why.reason()).isEqualTo("TooManyFailures");
        assertThat(why.message())
                .contains("1 of 6 tasks succeeded, 2 failed", "3 not started", "i0: NoChange: Because.");
    }

    @Test
    void failures_are_counted_by_reason_and_the_first_are_told() {
        var story = story(12, "").settle();
        for (int i = 0; i < 11; i++) {
            story.end("i" + i, Phase.FAILED, i < 4 ? "NoChange" : "AgentFailed");
        }
        story.succeed("i11").settle();

        assertThat(story.status().reasons())
                .containsExactlyInAnyOrderEntriesOf(Map.of("NoChange", 4, "AgentFailed", 7));
        assertThat(story.status().problems()).hasSize(10);
        assertThat(story.condition(Condition.SUCCEEDED).reason()).isEqualTo("ItemsFailed");
        assertThat(story.condition(Condition.SUCCEEDED).message()).contains("AgentFailed 7, NoChange 4");
    }

    @Test
    void what_a_task_came_to_stays_when_the_task_is_deleted() {
        var story = story(2, "").settle();
        story.succeed("i0").settle();

        story.delete("i0");
        story.settle();

        assertThat(story.status().succeeded()).isEqualTo(1);
        assertThat(story.started()).containsExactly("i1");
    }

    @Test
    void a_task_that_is_deleted_before_it_is_over_counts_as_cancelled_and_is_not_made_again() {
        var story = story(2, "").settle();
        story.succeed("i1").settle();
        story.delete("i0");
        story.settle();
        assertThat(story.status().active())
                .as("nobody has asked the API server yet")
                .isEqualTo(1);

        story.decide(List.of(), List.of("tidy-i0"));
        story.settle();

        assertThat(story.started()).containsExactly("i1");
        assertThat(story.status().reasons()).containsExactly(Map.entry("Deleted", 1));
        assertThat(story.status().phase()).isEqualTo(BatchPhase.FAILED);
    }

    @Test
    void nothing_depends_on_a_status_that_was_not_written() {
        var story = story(3, "parallelism: 1").settle();
        story.succeed("i0");
        story.writesArrive = false;

        story.decide(List.of(), List.of());
        var again = story.decide(List.of(), List.of());

        assertThat(again.starts()).as("the one that was started is seen").isEmpty();
        story.writesArrive = true;
        story.settle();
        assertThat(story.started()).containsExactly("i0", "i1");
        assertThat(story.status().succeededItems()).isEqualTo("0");
    }

    @Test
    void cancel_cancels_what_is_unfinished_and_starts_nothing() {
        var story = story(4, "{parallelism: 2, cancel: true}");
        story.settle();
        assertThat(story.started()).isEmpty();
        assertThat(story.status().phase()).isEqualTo(BatchPhase.CANCELLED);
        assertThat(story.condition(Condition.FINISHED).status()).isEqualTo("True");
    }

    @Test
    void cancel_of_a_running_batch_waits_for_its_tasks() {
        var story = story(3, "parallelism: 2").settle();
        var cancelled = new BatchStory(TestBatches.batch(3, "parallelism: 2\ncancel: true"));
        cancelled.batch().setStatus(story.status());
        cancelled.end("i0", Phase.RUNNING, "Running").succeed("i1").settle();

        assertThat(cancelled.changes)
                .contains(new Change("tidy-i0", Kind.CANCEL))
                .doesNotContain(new Change("tidy-i1", Kind.CANCEL));
        assertThat(cancelled.status().phase()).isEqualTo(BatchPhase.STOPPING);

        cancelled.end("i0", Phase.CANCELLED, "Cancelled").settle();
        assertThat(cancelled.status().phase()).isEqualTo(BatchPhase.CANCELLED);
        assertThat(cancelled.status().cancelled()).isEqualTo(1);
        assertThat(cancelled.started()).hasSize(2);
    }

    @Test
    void a_suspended_batch_suspends_its_tasks_and_those_alone_go_on_afterwards() {
        var held = story(2, "suspend: true").end("i0", Phase.RUNNING, "Running");
        held.settle();
        assertThat(held.status().phase()).isEqualTo(BatchPhase.SUSPENDED);
        assertThat(held.started()).containsExactly("i0");
        assertThat(held.changes).contains(new Change("tidy-i0", Kind.SUSPEND));

        var lifted = story(2, "").end("i0", Phase.QUEUED, "Suspended").end("i1", Phase.QUEUED, "Suspended");
        lifted.task("i0").getMetadata().setAnnotations(Map.of(Labels.SUSPENDED_WITH_BATCH, "true"));
        lifted.settle();
        assertThat(lifted.changes)
                .contains(new Change("tidy-i0", Kind.RESUME))
                .doesNotContain(new Change("tidy-i1", Kind.RESUME));
    }

    @Test
    void an_item_that_does_not_fit_keeps_every_task_from_starting() {
        var story =
                new BatchStory(TestBatches.parse("{name: good, parameters: {module: m}}, {name: bad}", "")).settle();

        assertThat(story.started()).isEmpty();
        assertThat(story.status().phase()).isEqualTo(BatchPhase.FAILED);
        assertThat(story.condition(AgentTaskBatchStatus.VALID).status()).isEqualTo("False");
        assertThat(story.condition(Condition.SUCCEEDED).message())
                .contains("1 of 2 items do not fit", "bad", "{{module}}");
        assertThat(story.status().problems()).extracting(BatchProblem::item).containsExactly("bad");
    }

    @Test
    void a_task_that_the_api_server_would_refuse_keeps_every_task_from_starting() {
        var story = story(2, "");

        story.decide(
                List.of(new BatchProblem("i1", "tidy-i1", "InvalidItem", "spec.priority: Invalid value")), List.of());
        story.settle();

        assertThat(story.started()).isEmpty();
        assertThat(story.condition(Condition.SUCCEEDED).reason()).isEqualTo("InvalidBatch");
        assertThat(story.condition(Condition.SUCCEEDED).message()).contains("spec.priority");
    }

    @Test
    void a_task_that_is_refused_later_fails_alone() {
        var story = story(2, "parallelism: 1").settle();
        story.succeed("i0");

        story.decide(List.of(new BatchProblem("i1", "tidy-i1", "TaskNameTaken", "There is one.")), List.of());
        story.delete("i1");
        story.settle();

        assertThat(story.status().phase()).isEqualTo(BatchPhase.FAILED);
        assertThat(story.status().failed()).isEqualTo(1);
        assertThat(story.status().reasons()).containsKey("TaskNameTaken");
    }

    @Test
    void a_finished_batch_is_deleted_when_its_time_is_over() {
        var story = story(1, "ttlSecondsAfterFinished: 60").settle();
        story.succeed("i0").settle();

        assertThat(story.decide(List.of(), List.of()).delete()).isFalse();
        assertThat(story.decide(List.of(), List.of()).requeueAfter())
                .hasValueSatisfying(d -> assertThat(d).hasSeconds(60));
        story.now = story.now.plusSeconds(60);
        assertThat(story.decide(List.of(), List.of()).delete()).isTrue();
    }

    @Test
    void a_thousand_items_are_started_in_portions_and_the_status_stays_small() {
        var story = story(1000, "").settle();
        assertThat(story.started()).hasSize(1000);
        for (int i = 0; i < 1000; i++) {
            story.end("i" + i, i % 2 == 0 ? Phase.SUCCEEDED : Phase.FAILED, "NoChange");
        }
        story.settle();

        assertThat(story.status().failed()).isEqualTo(500);
        assertThat(io.fabric8.kubernetes.client.utils.Serialization.asJson(story.status()))
                .hasSizeLessThan(10_000);
    }

    private static BatchStory story(int items, String more) {
        var line = more.startsWith("{") ? more.substring(1, more.length() - 1).replace(", ", "\n") : more;
        return new BatchStory(TestBatches.batch(items, line));
    }
}
