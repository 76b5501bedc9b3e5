package dev.agenttask.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.PodLayout;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetriesTest {

    private static final String NEVER = "retry: {infrastructure: 0, agent: 0}";

    @Test
    void an_evicted_attempt_is_followed_by_another_after_the_backoff() {
        var story = Story.started().pods(evicted(1));
        var decision = story.decide();
        assertThat(story.status().phase()).isEqualTo(Phase.QUEUED);
        assertThat(story.condition(Condition.SUCCEEDED).status()).isEqualTo("Unknown");
        assertThat(story.condition(Condition.SUCCEEDED).reason()).isEqualTo("AttemptFailed");
        assertThat(story.condition(Condition.SUCCEEDED).message())
                .contains("Attempt 1 failed (Evicted)", "attempt 2 starts at " + "2026");
        assertThat(story.condition(Condition.FINISHED).status()).isEqualTo("False");
        assertThat(story.condition(Condition.ADMITTED).status()).isEqualTo("False");
        assertThat(decision.events()).extracting(Decision.TaskEvent::reason).containsExactly("AttemptFailed");

        story.pods(evicted(1).released()).after(Duration.ofSeconds(9));
        assertThat(story.decide().actions()).isEmpty();
        assertThat(story.decide().events()).isEmpty();

        var start = story.after(Duration.ofSeconds(1)).decide();
        assertThat(start.actions()).containsExactly(new Action.StartAttempt(2, "Make the tests pass."));
        assertThat(story.status().phase()).isEqualTo(Phase.RUNNING);
        assertThat(story.status().attempts()).extracting(Attempt::number).containsExactly(1, 2);
    }

    @Test
    void who_waits_for_the_backoff_asks_for_no_slot() {
        var story = Story.started().pods(evicted(1));
        story.decide();
        var observed = story.pods(evicted(1).released()).observed();
        assertThat(observed.wantsStart(story.now().plusSeconds(9))).isFalse();
        assertThat(observed.wantsStart(story.now().plusSeconds(10))).isTrue();
    }

    @Test
    void what_is_looked_at_again_while_it_waits_is_not_written_again() {
        var story = Story.started().pods(evicted(1));
        story.decide();
        var first = story.pods(evicted(1).released()).decide().status();
        assertThat(story.after(Duration.ofSeconds(5)).decide().status()).isEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "2, 20", "3, 40", "4, 80", "5, 160", "6, 300", "7, 300"})
    void each_wait_is_twice_the_one_before_and_five_minutes_at_most(int failures, long seconds) {
        var story = Story.started("retry: {infrastructure: 10}");
        for (var number = 1; number <= failures; number++) {
            story.pods(evicted(number)).decide();
            if (number < failures) {
                story.pods().after(Duration.ofMinutes(6)).decide();
            }
        }
        var waits = story.decide().requeueAfter().orElseThrow();
        assertThat(waits).isEqualTo(Duration.ofSeconds(seconds).plusMillis(1));
    }

    @Test
    void infrastructure_fails_for_good_when_its_retries_are_used_up_and_says_so() {
        var story = Story.started("retry: {infrastructure: 1}").pods(evicted(1));
        story.decide();
        story.pods().after(Duration.ofMinutes(1)).decide();
        story.pods(evicted(2)).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.FAILED);
        assertThat(story.condition(Condition.SUCCEEDED).reason()).isEqualTo("Evicted");
        assertThat(story.condition(Condition.SUCCEEDED).message()).contains("spec.retry.infrastructure permits 1 more");
        assertThat(story.status().attempts()).hasSize(2);
    }

    @Test
    void an_agent_that_failed_is_not_tried_again_unless_the_task_asks_for_it() {
        var story = Story.started().pods(failed(1));
        story.decide();
        assertThat(story.status().phase()).isEqualTo(Phase.FAILED);
        assertThat(story.condition(Condition.SUCCEEDED).message()).doesNotContain("spec.retry");

        var retried = Story.started("retry: {agent: 1}").pods(failed(1));
        retried.decide();
        assertThat(retried.status().phase()).isEqualTo(Phase.QUEUED);
    }

    @Test
    void failures_of_the_agent_and_of_the_checks_count_together_and_those_of_the_infrastructure_apart() {
        var story = Story.started("retry: {agent: 1, infrastructure: 1}").pods(failed(1));
        story.decide();
        story.pods().after(Duration.ofMinutes(1)).decide();
        story.pods(evicted(2)).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.QUEUED);
        story.pods().after(Duration.ofMinutes(1)).decide();
        story.pods(unverified(3)).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.FAILED);
        assertThat(story.status().attempts())
                .extracting(Attempt::failureClass)
                .containsExactly(FailureClass.AGENT, FailureClass.INFRASTRUCTURE, FailureClass.VERIFICATION);
    }

    /** The ledger has room for 32: a person who suspends a task over and over does not make it forget. */
    @Test
    void attempts_that_were_suspended_do_not_push_failed_ones_out_of_the_ledger() {
        var draft = new StatusDraft(AgentTaskStatus.NONE, 1, TestTasks.CREATED);
        IntStream.rangeClosed(1, 40).forEach(number -> draft.attempt(entry(number, number % 10 == 0)));

        var kept = draft.build().attempts();

        assertThat(kept).hasSize(32);
        assertThat(kept).filteredOn(a -> a.outcome() == Attempt.Outcome.FAILED).hasSize(4);
        assertThat(kept).extracting(Attempt::number).isSorted().endsWith(39, 40);
    }

    private static Attempt entry(int number, boolean failed) {
        return new Attempt(
                number,
                "pod",
                TestTasks.CREATED,
                TestTasks.CREATED,
                0L,
                failed ? Attempt.Outcome.FAILED : Attempt.Outcome.CANCELLED,
                failed ? FailureClass.INFRASTRUCTURE : FailureClass.CANCELLED,
                "",
                "",
                "",
                "",
                null);
    }

    @Test
    void what_the_first_attempt_was_told_by_its_checks_is_not_said_of_the_second() {
        var story = Story.started("retry: {agent: 1}", "verify: {commands: [{name: test, run: x}]}")
                .pods(unverified(1));
        story.decide();
        assertThat(story.condition(Condition.VERIFIED).status()).isEqualTo("Unknown");
        story.pods().after(Duration.ofMinutes(1)).decide();
        assertThat(story.status().verification()).isNull();
        story.pods(failed(2)).decide();
        assertThat(story.condition(Condition.VERIFIED).reason()).isEqualTo("NotRun");
    }

    @Test
    void a_wrong_input_is_never_tried_again() {
        var refused = report("Task", "PushRefused");
        var pod = attempt(1, PodLayout.DELIVER)
                .ended(PodLayout.DELIVER, 1, refused)
                .over("Failed");
        var story = Story.started("retry: {agent: 5, infrastructure: 5}").pods(pod);
        story.decide();
        assertThat(story.status().phase()).isEqualTo(Phase.FAILED);
    }

    @Test
    void a_task_that_is_cancelled_or_suspended_while_it_waits_starts_nothing() {
        var story = Story.started().pods(evicted(1));
        story.decide();
        story.pods().edited("suspend: true").after(Duration.ofMinutes(1));
        assertThat(story.decide().actions()).isEmpty();
        assertThat(story.condition(Condition.SUCCEEDED).reason()).isEqualTo("Suspended");
        story.edited("cancel: true").decide();
        assertThat(story.status().phase()).isEqualTo(Phase.CANCELLED);
    }

    @Test
    void the_ledger_says_how_long_each_attempt_took_and_where_its_log_is() {
        var pod = attempt(1, PodLayout.AGENT)
                .ended(PodLayout.AGENT, 70, "")
                .ended(PodLayout.WORKER, 0, "{\"logKept\":true}")
                .phase("Failed");
        var story = Story.started(NEVER).after(Duration.ofSeconds(60)).pods(pod);
        story.decide();
        var attempt = story.status().latestAttempt().orElseThrow();
        assertThat(attempt.durationSeconds()).isEqualTo(62);
        assertThat(attempt.logRef()).isEqualTo("refs/agenttask/log/fix-7d3f9/1");
    }

    @Test
    void a_lost_attempt_is_recorded_with_its_last_checkpoint() {
        var checkpointed = new LatestProgress(1, "agent", "checkpoint", 9).afterCheckpoint();
        var story = Story.started(NEVER).pods(TestPods.running(PodLayout.AGENT)).progress(checkpointed);
        story.decide();
        assertThat(story.status().latestAttempt().orElseThrow().wipRef()).isEqualTo("refs/agenttask/wip/fix-7d3f9/1");
        story.pods().after(Duration.ofMinutes(1)).decide();
        assertThat(story.status().latestAttempt().orElseThrow().wipRef()).isEqualTo("refs/agenttask/wip/fix-7d3f9/1");
        assertThat(story.condition(Condition.SUCCEEDED).message())
                .endsWith("Its last checkpoint is kept: git fetch https://git.example.com/acme/shop.git"
                        + " refs/agenttask/wip/fix-7d3f9/1");
    }

    @Test
    void the_last_of_several_failures_ends_with_the_command_that_brings_its_work_and_nothing_else() {
        var kept = "{\"wipRef\":\"refs/agenttask/wip/fix-7d3f9/2\"}";
        var story = Story.started("retry: {infrastructure: 1}").pods(evicted(1));
        story.decide();
        story.pods().after(Duration.ofMinutes(1)).decide();
        story.pods(evicted(2).ended(PodLayout.WORKER, 0, kept)).decide();
        assertThat(story.condition(Condition.SUCCEEDED).message())
                .contains("spec.retry.infrastructure permits 1 more")
                .endsWith("git fetch https://git.example.com/acme/shop.git refs/agenttask/wip/fix-7d3f9/2");
    }

    @Test
    void a_lost_attempt_that_nobody_heard_of_names_where_a_checkpoint_would_be() {
        var story = Story.started(NEVER).pods(TestPods.running(PodLayout.AGENT));
        story.decide();
        story.pods().after(Duration.ofMinutes(1)).decide();
        assertThat(story.status().latestAttempt().orElseThrow().wipRef()).isEmpty();
        assertThat(story.condition(Condition.SUCCEEDED).message())
                .contains("If it made a checkpoint, this brings it: git fetch");
    }

    @Test
    void a_success_after_a_checkpoint_names_no_salvaged_work() {
        var checkpointed = new LatestProgress(1, "agent", "checkpoint", 9).afterCheckpoint();
        var story = Story.started().pods(TestPods.running(PodLayout.AGENT)).progress(checkpointed);
        story.decide();
        var done = attempt(1, PodLayout.DELIVER)
                .ended(PodLayout.DELIVER, 0, "{\"commit\":\"abc\",\"branch\":\"agenttask/fix\"}")
                .over("Succeeded");
        story.pods(done).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(story.status().latestAttempt().orElseThrow().wipRef()).isEmpty();
    }

    private static TestPods evicted(int number) {
        return attempt(number, PodLayout.AGENT).over("Failed").because("Evicted", "The node was low on memory.");
    }

    private static TestPods failed(int number) {
        return attempt(number, PodLayout.AGENT).agentFailed().over("Failed");
    }

    private static TestPods unverified(int number) {
        var report = "{\"failureClass\":\"Verification\",\"reason\":\"VerificationFailed\",\"message\":\"no\","
                + "\"commit\":\"abc\",\"verdict\":\"Failed\",\"checks\":[{\"exit\":1,\"millis\":5}]}";
        return attempt(number, PodLayout.DELIVER)
                .ended(PodLayout.DELIVER, 1, report)
                .over("Failed");
    }

    private static TestPods attempt(int number, String step) {
        return TestPods.running(number, step);
    }

    private static String report(String failureClass, String reason) {
        return "{\"failureClass\":\"" + failureClass + "\",\"reason\":\"" + reason + "\",\"message\":\"m\"}";
    }
}
