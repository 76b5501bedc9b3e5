package dev.agenttask.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailOnTest {

    private static final TaskOutcome VERIFIED = TaskOutcome.of(Tasks.succeeded("a", "True"));
    private static final TaskOutcome UNVERIFIED = TaskOutcome.of(Tasks.succeeded("b", "Unknown"));
    private static final TaskOutcome FAILED = TaskOutcome.of(Tasks.failed("c", "Agent", "NoChange", "nothing"));
    private static final TaskOutcome DELETED = TaskOutcome.deleted(Tasks.running("d"));

    @Test
    void every_end_but_success_counts_as_failed() {
        assertThat(FailOn.FAILED.counts(VERIFIED)).isFalse();
        assertThat(FailOn.FAILED.counts(UNVERIFIED)).isFalse();
        assertThat(FailOn.FAILED.counts(FAILED)).isTrue();
        assertThat(FailOn.FAILED.counts(DELETED)).isTrue();
    }

    @Test
    void an_unverified_success_counts_where_that_is_asked_for() {
        assertThat(FailOn.UNVERIFIED.counts(VERIFIED)).isFalse();
        assertThat(FailOn.UNVERIFIED.counts(UNVERIFIED)).isTrue();
        assertThat(FailOn.NEVER.counts(FAILED)).isFalse();
    }

    @Test
    void a_task_that_was_deleted_after_its_end_came_to_that_end() {
        assertThat(TaskOutcome.deleted(Tasks.succeeded("a", "True")).kind()).isEqualTo(TaskOutcome.Kind.SUCCEEDED);
        assertThat(DELETED.kind()).isEqualTo(TaskOutcome.Kind.DELETED);
    }
}
