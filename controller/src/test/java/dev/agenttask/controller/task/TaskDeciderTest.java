package dev.agenttask.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.PodLayout;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TaskDeciderTest {

    @Test
    void an_admitted_task_starts_its_first_attempt() {
        var story = new Story().ready();
        var decision = story.decide();
        assertThat(decision.actions()).containsExactly(new Action.StartAttempt(1, "Make the tests pass."));
        assertThat(story.status().phase()).isEqualTo(Phase.RUNNING);
        assertThat(story.status().latestAttempt().orElseThrow().number()).isEqualTo(1);
        assertThat(story.status().observedGeneration()).isEqualTo(1);
        assertThat(story.condition(Condition.SUCCEEDED).status()).isEqualTo("Unknown");
        assertThat(story.condition(Condition.FINISHED).status()).isEqualTo("False");
        assertThat(story.condition(Condition.ADMITTED).status()).isEqualTo("True");
        assertThat(story.condition(Condition.VERIFIED).reason()).isEqualTo("NotConfigured");
        assertThat(decision.events()).extracting(Decision.TaskEvent::reason).containsExactly("AttemptStarted");
    }

    @Test
    void deciding_again_on_the_same_thing_changes_nothing() {
        var story = Story.started().pods(TestPods.running(PodLayout.AGENT));
        var first = story.decide();
        var second = story.decide();
        assertThat(second.status()).isEqualTo(first.status());
        assertThat(second.actions()).isEmpty();
        assertThat(second.events()).isEmpty();
    }

    @Test
    void a_task_without_a_slot_is_queued_and_says_for_what_it_waits() {
        var story = new Story().ready().admission(new Admission.Waiting("Waits for one of 10 slots."));
        var decision = story.decide();
        assertThat(decision.actions()).isEmpty();
        assertThat(story.status().phase()).isEqualTo(Phase.QUEUED);
        assertThat(story.condition(Condition.ADMITTED).status()).isEqualTo("False");
        assertThat(story.condition(Condition.ADMITTED).reason()).isEqualTo("Queued");
        assertThat(story.condition(Condition.ADMITTED).message()).isEqualTo("Waits for one of 10 slots.");
        assertThat(story.decide().events()).isEmpty();
    }

    @Test
    void a_missing_secret_keeps_the_task_pending_for_as_long_as_it_takes() {
        var story = new Story()
                .inputs(new Inputs.Missing("SecretNotFound", "The Secret git is not there.", Optional.empty()));
        var decision = story.after(Duration.ofDays(3)).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.PENDING);
        assertThat(story.condition(Condition.ADMITTED).reason()).isEqualTo("SecretNotFound");
        assertThat(decision.requeueAfter()).contains(Story.RULES.inputRetry());
        assertThat(story.ready().decide().actions()).hasSize(1);
    }

    @Test
    void a_prompt_that_does_not_come_in_time_fails_the_task() {
        var missing = new Inputs.Missing("PromptNotFound", "Not there.", Optional.of(Duration.ofMinutes(10)));
        var story = new Story().inputs(missing);
        story.after(Duration.ofMinutes(9)).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.PENDING);
        story.after(Duration.ofMinutes(1)).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.FAILED);
        assertThat(story.condition(Condition.SUCCEEDED).reason()).isEqualTo("PromptNotFound");
    }

    @Test
    void a_refused_input_fails_the_task_and_sets_every_condition() {
        var story = new Story().inputs(new Inputs.Refused("CredentialNotForHost", "Not for that host."));
        story.decide();
        assertThat(story.status().phase()).isEqualTo(Phase.FAILED);
        assertThat(story.condition(Condition.SUCCEEDED).status()).isEqualTo("False");
        assertThat(story.condition(Condition.FINISHED).status()).isEqualTo("True");
        assertThat(story.condition(Condition.ADMITTED).status()).isEqualTo("False");
        assertThat(story.condition(Condition.VERIFIED).status()).isEqualTo("Unknown");
        assertThat(story.condition(Condition.DELIVERED).status()).isEqualTo("False");
    }

    @Test
    void a_spec_with_mistakes_fails_before_anything_is_made() {
        var story = new Story("pod: {priorityClassName: high}").ready();
        var decision = story.decide();
        assertThat(decision.actions()).isEmpty();
        assertThat(story.status().phase()).isEqualTo(Phase.FAILED);
        assertThat(story.condition(Condition.SUCCEEDED).reason()).isEqualTo("InvalidSpec");
        assertThat(story.condition(Condition.SUCCEEDED).message()).contains("spec.pod.priorityClassName");
    }

    @Test
    void a_finished_task_never_leaves_its_phase() {
        var story = new Story().inputs(new Inputs.Refused("CredentialNotForHost", "Not for that host."));
        story.decide();
        var finished = story.status();
        story.ready().pods(TestPods.running(PodLayout.AGENT)).after(Duration.ofHours(1));
        assertThat(story.decide().status()).isEqualTo(finished);
        story.edited("cancel: true").decide();
        assertThat(story.status().phase()).isEqualTo(Phase.FAILED);
        assertThat(story.status().conditions())
                .extracting(Condition::status)
                .isEqualTo(finished.conditions().stream().map(Condition::status).toList());
    }

    @Test
    void a_finished_task_is_deleted_when_its_time_has_come() {
        var story = new Story("ttlSecondsAfterFinished: 60").inputs(new Inputs.Refused("Wrong", "Wrong."));
        story.decide();
        var waiting = story.after(Duration.ofSeconds(59)).decide();
        assertThat(waiting.actions()).isEmpty();
        assertThat(waiting.requeueAfter()).contains(Duration.ofSeconds(1));
        assertThat(story.after(Duration.ofSeconds(1)).decide().actions()).containsExactly(new Action.DeleteTask());
    }

    @Test
    void a_task_is_kept_without_a_ttl() {
        var story = new Story().inputs(new Inputs.Refused("Wrong", "Wrong."));
        story.decide();
        var later = story.after(Duration.ofDays(365)).decide();
        assertThat(later.actions()).isEmpty();
        assertThat(later.requeueAfter()).isEmpty();
    }

    @Test
    void a_transition_time_changes_with_the_status_alone() {
        var story = new Story().ready().admission(new Admission.Waiting("Waits."));
        story.decide();
        var queuedAt = story.condition(Condition.ADMITTED).lastTransitionTime();
        story.after(Duration.ofMinutes(5))
                .inputs(new Inputs.Missing("SecretNotFound", "Gone.", Optional.empty()))
                .decide();
        assertThat(story.condition(Condition.ADMITTED).reason()).isEqualTo("SecretNotFound");
        assertThat(story.condition(Condition.ADMITTED).lastTransitionTime()).isEqualTo(queuedAt);
        story.ready().after(Duration.ofMinutes(5)).decide();
        assertThat(story.condition(Condition.ADMITTED).lastTransitionTime()).isEqualTo(story.now());
    }

    @Test
    void a_pod_that_no_status_tells_of_is_taken_over() {
        var story = new Story().pods(TestPods.running(PodLayout.AGENT));
        var decision = story.decide();
        assertThat(decision.actions()).isEmpty();
        assertThat(story.status().phase()).isEqualTo(Phase.RUNNING);
        assertThat(story.status().latestAttempt().orElseThrow().podName()).isEqualTo("fix-1-abc");
        assertThat(story.status().latestAttempt().orElseThrow().startedAt()).isEqualTo(TestPods.CREATED);
    }

    @Test
    void an_outcome_is_recorded_before_the_pod_is_let_go() {
        var over = TestPods.running(PodLayout.AGENT).agentFailed().over("Failed");
        var story = Story.started().pods(over);
        assertThat(story.decideButLoseTheStatus().actions()).isEmpty();
        assertThat(story.decide().actions()).isEmpty();
        assertThat(story.status().phase()).isEqualTo(Phase.FAILED);
        assertThat(story.decide().actions()).containsExactly(new Action.ReleaseAttempt("fix-1-abc"));
        assertThat(story.pods(over.released()).decide().actions()).isEmpty();
    }

    @Test
    void a_pod_that_a_finished_task_does_not_know_is_stopped_and_let_go() {
        var story = new Story().inputs(new Inputs.Refused("Wrong", "Wrong."));
        story.decide();
        var stray = TestPods.running(PodLayout.AGENT);
        assertThat(story.pods(stray).decide().actions()).hasSize(1).first().isInstanceOf(Action.StopPod.class);
        assertThat(story.pods(stray.over("Failed")).decide().actions())
                .containsExactly(new Action.ReleaseAttempt("fix-1-abc"));
    }
}
