package dev.agenttask.controller.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.agenttask.api.Attempt;
import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.PodLayout;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StoppingTest {

    private static final TestPods AT_WORK = TestPods.running(PodLayout.AGENT);

    @Test
    void cancelling_a_task_without_a_pod_ends_it_at_once() {
        var story = new Story("cancel: true");
        var decision = story.decide();
        assertThat(decision.actions()).isEmpty();
        assertThat(story.status().phase()).isEqualTo(Phase.CANCELLED);
        assertThat(story.condition(Condition.SUCCEEDED).status()).isEqualTo("False");
        assertThat(story.condition(Condition.FINISHED).status()).isEqualTo("True");
    }

    @Test
    void cancelling_a_running_task_stops_its_pod_once_and_names_the_salvaged_work() {
        var story = Story.started().pods(AT_WORK);
        story.decide();
        var decision = story.edited("cancel: true").decide();
        assertThat(decision.actions())
                .singleElement()
                .asInstanceOf(type(Action.StopPod.class))
                .satisfies(a -> assertThat(a.stop().reason()).isEqualTo("Cancelled"));
        assertThat(story.status().phase()).isEqualTo(Phase.RUNNING);

        var stopping = AT_WORK.stopped("Cancelled");
        assertThat(story.pods(stopping).decide().actions()).isEmpty();

        var over = stopping.ended(PodLayout.AGENT, 143, "")
                .ended(PodLayout.WORKER, 0, "{\"wipRef\":\"refs/agenttask/wip/fix-7d3f9/1\"}")
                .phase("Failed");
        story.pods(over).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.CANCELLED);
        var attempt = story.status().latestAttempt().orElseThrow();
        assertThat(attempt.outcome()).isEqualTo(Attempt.Outcome.CANCELLED);
        assertThat(attempt.failureClass()).isEqualTo(FailureClass.CANCELLED);
        assertThat(attempt.wipRef()).isEqualTo("refs/agenttask/wip/fix-7d3f9/1");
        assertThat(story.condition(Condition.SUCCEEDED).message())
                .isEqualTo("Stopped. Its work is kept: git fetch https://git.example.com/acme/shop.git"
                        + " refs/agenttask/wip/fix-7d3f9/1");
    }

    @Test
    void a_task_that_succeeded_while_it_was_being_cancelled_has_succeeded() {
        var story = Story.started().pods(AT_WORK);
        story.decide();
        story.edited("cancel: true").decide();
        var over = TestPods.running(PodLayout.DELIVER)
                .stopped("Cancelled")
                .ended(PodLayout.DELIVER, 0, "{\"commit\":\"abc\",\"branch\":\"agenttask/fix\"}")
                .over("Succeeded");
        story.pods(over).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.SUCCEEDED);
    }

    @Test
    void a_suspended_task_is_held_in_the_queue() {
        var story = new Story("suspend: true").ready();
        assertThat(story.decide().actions()).isEmpty();
        assertThat(story.status().phase()).isEqualTo(Phase.QUEUED);
        assertThat(story.condition(Condition.ADMITTED).reason()).isEqualTo("Suspended");
        assertThat(story.edited("suspend: false").decide().actions())
                .containsExactly(new Action.StartAttempt(1, "Make the tests pass."));
    }

    @Test
    void a_suspended_task_is_stopped_and_gets_a_new_attempt_when_it_is_lifted() {
        var story = Story.started().pods(AT_WORK);
        story.decide();
        assertThat(story.edited("suspend: true").decide().actions())
                .singleElement()
                .isInstanceOf(Action.StopPod.class);
        var over = AT_WORK.stopped("Suspended").over("Failed");
        story.pods(over).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.QUEUED);
        var attempt = story.status().latestAttempt().orElseThrow();
        assertThat(attempt.outcome()).isEqualTo(Attempt.Outcome.CANCELLED);
        assertThat(attempt.reason()).isEqualTo("Suspended");

        assertThat(story.decide().actions()).containsExactly(new Action.ReleaseAttempt("fix-1-abc"));
        assertThat(story.condition(Condition.ADMITTED).reason()).isEqualTo("Suspended");

        var resumed = story.pods(over.released()).edited("suspend: false").decide();
        assertThat(resumed.actions()).containsExactly(new Action.StartAttempt(2, "Make the tests pass."));
        assertThat(story.status().attempts()).extracting(Attempt::number).containsExactly(1, 2);
        assertThat(story.status().phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void a_task_that_is_cancelled_while_it_is_being_suspended_is_cancelled() {
        var story = Story.started().pods(AT_WORK);
        story.decide();
        story.edited("suspend: true").decide();
        story.edited("suspend: true", "cancel: true")
                .pods(AT_WORK.stopped("Suspended").over("Failed"))
                .decide();
        assertThat(story.status().phase()).isEqualTo(Phase.CANCELLED);
    }

    @Test
    void an_agent_that_failed_by_itself_has_failed_even_if_it_was_being_stopped() {
        var story = Story.started().pods(AT_WORK);
        story.decide();
        story.edited("suspend: true").decide();
        var over = AT_WORK.stopped("Suspended").agentFailed().over("Failed");
        story.pods(over).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.FAILED);
        assertThat(story.condition(Condition.SUCCEEDED).reason()).isEqualTo("AgentFailed");
    }

    @Test
    void a_pod_that_does_not_stop_is_deleted_and_then_counts_as_lost() {
        var story = Story.started().pods(AT_WORK);
        story.decide();
        story.edited("cancel: true").decide();
        var stopping = AT_WORK.stopped("Cancelled");
        story.pods(stopping).after(Duration.ofSeconds(100));
        assertThat(story.decide().actions()).isEmpty();
        story.after(Duration.ofSeconds(100));
        assertThat(story.decide().actions()).singleElement().isInstanceOf(Action.DeletePod.class);

        var deleted = stopping.deletedAt(story.now().plusSeconds(60));
        story.pods(deleted).after(Duration.ofSeconds(60));
        assertThat(story.decide().actions()).isEmpty();
        assertThat(story.status().phase()).isEqualTo(Phase.RUNNING);
        story.after(Duration.ofSeconds(61)).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.CANCELLED);
        assertThat(deleted.pod().stopped())
                .as("it may run on, and keeps its network policy")
                .isFalse();
    }

    @Test
    void a_pod_without_a_node_is_deleted_instead_of_stopped() {
        var story = Story.started().pods(TestPods.created());
        story.decide();
        assertThat(story.edited("cancel: true").decide().actions())
                .singleElement()
                .isInstanceOf(Action.DeletePod.class);
        var deleted = TestPods.created().stopped("Cancelled").deletedAt(story.now());
        story.pods(deleted).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.CANCELLED);
    }

    @Test
    void a_deleted_task_stops_its_pod_waits_for_it_and_goes() {
        var story = Story.started().pods(AT_WORK);
        story.decide();
        var stopping = story.deleted().decide();
        assertThat(stopping.actions()).singleElement().isInstanceOf(Action.StopPod.class);
        assertThat(stopping.requeueAfter()).isPresent();

        assertThat(story.pods(AT_WORK.stopped("Deleted")).decide().actions()).isEmpty();

        var over = AT_WORK.stopped("Deleted").over("Failed");
        assertThat(story.pods(over).decide().actions())
                .containsExactly(new Action.ReleaseAttempt("fix-1-abc"), new Action.FinishDeletion());
    }

    @Test
    void a_deleted_task_without_a_pod_goes_at_once() {
        var decision = new Story().ready().deleted().decide();
        assertThat(decision.actions()).containsExactly(new Action.FinishDeletion());
    }

    @Test
    void the_deletion_of_a_task_on_a_lost_node_ends() {
        var story = Story.started().pods(AT_WORK);
        story.decide();
        story.deleted().decide();
        story.pods(AT_WORK.stopped("Deleted")).after(Duration.ofMinutes(3));
        assertThat(story.decide().actions()).singleElement().isInstanceOf(Action.DeletePod.class);
        story.pods(AT_WORK.stopped("Deleted").deletedAt(story.now())).after(Duration.ofSeconds(61));
        assertThat(story.decide().actions()).contains(new Action.FinishDeletion());
    }
}
