package dev.agenttask.controller.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.PodLayout;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptWatchTest {

    private static final String OWN_IMAGE =
            "agent: {type: command, image: \"registry.example.com/image:1\", command: [sh]}";
    private static final String ONCE = "retry: {infrastructure: 0}";

    @Test
    void an_image_that_cannot_be_pulled_is_told_at_once_and_given_up_after_a_while() {
        var pod = TestPods.created()
                .placed()
                .runs(PodLayout.WORKER)
                .ended(PodLayout.CLONE, 0, "")
                .waits(PodLayout.AGENT, "ErrImagePull", "manifest unknown");
        var story = Story.started(OWN_IMAGE).pods(pod);
        var decision = story.decide();
        assertThat(story.condition(Condition.SUCCEEDED).reason()).isEqualTo("ImagePullBackOff");
        assertThat(story.condition(Condition.SUCCEEDED).message())
                .contains("registry.example.com/image:1", "spec.agent.image", "manifest unknown");
        assertThat(decision.events()).singleElement().satisfies(e -> {
            assertThat(e.warning()).isTrue();
            assertThat(e.reason()).isEqualTo("ImagePullBackOff");
        });
        assertThat(decision.actions()).isEmpty();
        assertThat(decision.requeueAfter().orElseThrow()).isLessThanOrEqualTo(Duration.ofMinutes(6));

        story.after(Duration.ofMinutes(6));
        assertThat(story.decide().actions())
                .singleElement()
                .asInstanceOf(type(Action.StopPod.class))
                .satisfies(a -> {
                    assertThat(a.stop().reason()).isEqualTo("ImagePullFailed");
                    assertThat(a.stop().failureClass()).isEqualTo(FailureClass.TASK);
                });
    }

    /** A wrong image is the task's only where the task names it: an operator that was upgraded too early loses no task. */
    @ParameterizedTest
    @CsvSource({
        "agent, ErrImagePull, manifest unknown, ImagePullFailed",
        "worker, ErrImagePull, not found, ImagePullFailed",
        "clone, InvalidImageName, bad name, InvalidImageName",
        "agent, CreateContainerConfigError, no such key, ContainerNotStarted",
        "verify, CreateContainerError, context deadline exceeded, ContainerNotStarted",
    })
    void what_the_operator_or_the_node_gets_wrong_is_infrastructure(
            String container, String reason, String message, String ending) {
        var story = Story.started().pods(TestPods.created().placed().waits(container, reason, message));

        assertThat(stop(story.after(Duration.ofMinutes(6)))).satisfies(stop -> {
            assertThat(stop.reason()).isEqualTo(ending);
            assertThat(stop.failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "InvalidImageName, bad name, TASK",
        "ErrImagePull, denied, TASK",
        "ErrImagePull, i/o timeout, INFRASTRUCTURE",
        "CreateContainerConfigError, no such key, TASK",
        "CreateContainerError, name is reserved, INFRASTRUCTURE",
    })
    void what_the_task_gets_wrong_about_its_own_image_is_the_tasks(
            String reason, String message, FailureClass expected) {
        var story = Story.started(OWN_IMAGE).pods(TestPods.created().placed().waits(PodLayout.AGENT, reason, message));

        assertThat(stop(story.after(Duration.ofMinutes(6))).failureClass()).isEqualTo(expected);
    }

    @Test
    void a_node_that_words_the_same_trouble_differently_does_not_rewrite_the_status() {
        var first = TestPods.created().placed().waits(PodLayout.CLONE, "ErrImagePull", "dial tcp 10.0.0.1:40312");
        var story = Story.started().pods(first);
        story.decide();
        var told = story.status();
        var second = TestPods.created().placed().waits(PodLayout.CLONE, "ImagePullBackOff", "Back-off pulling image");
        var decision = story.pods(second).after(Duration.ofSeconds(20)).decide();
        assertThat(decision.status()).isEqualTo(told);
        assertThat(decision.events()).isEmpty();
    }

    @Test
    void a_task_goes_on_when_its_image_comes_after_all() {
        var waiting = TestPods.created().placed().waits(PodLayout.CLONE, "ImagePullBackOff", "Back-off");
        var story = Story.started().pods(waiting);
        story.decide();
        story.pods(TestPods.running(PodLayout.CLONE)).decide();
        assertThat(story.condition(Condition.SUCCEEDED).reason()).isEqualTo("Running");
    }

    @Test
    void the_name_of_an_image_that_is_none_is_given_up_at_once() {
        var pod = TestPods.created().placed().waits(PodLayout.AGENT, "InvalidImageName", "couldn't parse image");
        assertThat(Story.started().pods(pod).decide().actions())
                .singleElement()
                .asInstanceOf(type(Action.StopPod.class))
                .satisfies(a -> assertThat(a.stop().reason()).isEqualTo("InvalidImageName"));
    }

    @Test
    void a_pod_that_no_node_can_take_is_told_and_given_up_after_a_while() {
        var pod = TestPods.created().unschedulable("0/1 nodes are available: 1 Insufficient memory.");
        var story = Story.started(ONCE).pods(pod);
        story.decide();
        assertThat(story.condition(Condition.SUCCEEDED).reason()).isEqualTo("Unschedulable");
        assertThat(story.condition(Condition.SUCCEEDED).message()).contains("Insufficient memory");
        assertThat(story.after(Duration.ofMinutes(11)).decide().actions())
                .singleElement()
                .asInstanceOf(type(Action.DeletePod.class))
                .satisfies(a -> assertThat(a.stop().failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE));
        var stop = new Stop(FailureClass.INFRASTRUCTURE, "Unschedulable", "No node.", story.now());
        story.pods(pod.stopped(stop).deletedAt(story.now())).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.FAILED);
        assertThat(story.condition(Condition.SUCCEEDED).reason()).isEqualTo("Unschedulable");
    }

    @Test
    void an_agent_that_does_not_obey_its_deadline_is_ended_from_outside() {
        var story = Story.started("limits: {deadline: 30m}").pods(TestPods.running(PodLayout.AGENT));
        assertThat(story.after(Duration.ofMinutes(31)).decide().actions()).isEmpty();
        assertThat(story.after(Duration.ofMinutes(2)).decide().actions())
                .singleElement()
                .asInstanceOf(type(Action.StopPod.class))
                .satisfies(a -> {
                    assertThat(a.stop().reason()).isEqualTo("DeadlineExceeded");
                    assertThat(a.stop().failureClass()).isEqualTo(FailureClass.AGENT);
                });
    }

    @Test
    void an_agent_that_was_not_started_by_its_deadline_is_not_to_blame() {
        var pulling = TestPods.created().placed().runs(PodLayout.WORKER).ended(PodLayout.CLONE, 0, "");
        var story = Story.started("limits: {deadline: 1m}").pods(pulling);
        assertThat(story.after(Duration.ofMinutes(4)).decide().actions())
                .singleElement()
                .asInstanceOf(type(Action.StopPod.class))
                .satisfies(a -> {
                    assertThat(a.stop().reason()).isEqualTo("ContainerNotStarted");
                    assertThat(a.stop().failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
                    assertThat(a.stop().message()).contains("image");
                });
    }

    @Test
    void a_pod_that_makes_no_step_is_given_up() {
        var stuck = TestPods.created().placed().runs(PodLayout.WORKER).ended(PodLayout.CLONE, 0, "");
        var story = Story.started().pods(stuck);
        assertThat(story.decide().actions()).isEmpty();
        assertThat(story.after(Duration.ofMinutes(11)).decide().actions())
                .singleElement()
                .asInstanceOf(type(Action.StopPod.class))
                .satisfies(a -> assertThat(a.stop().reason()).isEqualTo("PodStuck"));
    }

    @Test
    void a_worker_that_crashes_again_and_again_is_given_up() {
        var story = Story.started().pods(TestPods.running(PodLayout.AGENT).restarted(5));
        assertThat(story.decide().actions())
                .singleElement()
                .asInstanceOf(type(Action.StopPod.class))
                .satisfies(a -> assertThat(a.stop().reason()).isEqualTo("WorkerCrashed"));
    }

    @Test
    void a_pod_that_the_kubelet_leaves_pending_although_the_sandbox_was_killed_for_memory_is_ended_after_the_salvage() {
        var killed = TestPods.running(PodLayout.AGENT).ended(PodLayout.AGENT, 0, "OOMKilled", "");
        var story = Story.started(ONCE).pods(killed);
        assertThat(story.decide().actions()).isEmpty();
        assertThat(story.pods(killed.told()).decide().actions())
                .singleElement()
                .asInstanceOf(type(Action.StopPod.class))
                .satisfies(a -> {
                    assertThat(a.stop().reason()).isEqualTo("OutOfMemory");
                    assertThat(a.stop().failureClass()).isEqualTo(FailureClass.AGENT);
                });
    }

    @Test
    void a_pod_in_which_nothing_runs_any_more_after_its_sandbox_died_is_given_up_after_a_minute() {
        var dead = TestPods.created()
                .placed()
                .ended(PodLayout.CLONE, 0, "")
                .ended(PodLayout.WORKER, 255, "")
                .waits(PodLayout.AGENT, "PodInitializing", "");
        assertGivenUpAfterAMinute(dead, "255");
    }

    @Test
    void a_pod_whose_sandbox_died_before_its_worker_began_is_given_up_after_a_minute() {
        var dead = TestPods.created()
                .placed()
                .ended(PodLayout.CLONE, 0, "")
                .waits(PodLayout.WORKER, "PodInitializing", "")
                .waits(PodLayout.AGENT, "PodInitializing", "");
        assertGivenUpAfterAMinute(dead, "its container clone ended with exit code 0");
    }

    @Test
    void a_worker_whose_image_is_pulled_again_is_not_a_dead_pod() {
        var pulling = TestPods.created()
                .placed()
                .ended(PodLayout.CLONE, 0, "")
                .waits(PodLayout.WORKER, "ImagePullBackOff", "the registry is away");
        var story = Story.started().pods(pulling);
        assertThat(story.after(Duration.ofMinutes(3)).decide().actions()).isEmpty();
    }

    @Test
    void a_worker_that_waits_to_be_started_again_is_not_a_dead_pod() {
        var waiting = TestPods.created()
                .placed()
                .ended(PodLayout.CLONE, 0, "")
                .waits(PodLayout.WORKER, "CrashLoopBackOff", "back-off 40s");
        var story = Story.started().pods(waiting);
        assertThat(story.after(Duration.ofMinutes(3)).decide().actions()).isEmpty();
    }

    @Test
    void a_pod_that_vanishes_is_a_failure_of_the_infrastructure_and_its_secret_goes() {
        var story = Story.started(ONCE).pods(TestPods.running(PodLayout.AGENT));
        story.decide();
        var decision = story.pods().after(Duration.ofMinutes(1)).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.FAILED);
        assertThat(story.condition(Condition.SUCCEEDED).reason()).isEqualTo("PodDeleted");
        assertThat(decision.actions()).singleElement().isInstanceOf(Action.ReleaseAttempt.class);
    }

    @Test
    void a_worker_that_ends_long_after_the_last_step_is_given_time_to_be_started_again() {
        var story = Story.started()
                .pods(TestPods.created()
                        .placed()
                        .ended(PodLayout.CLONE, 0, "")
                        .endedAt(PodLayout.WORKER, 1, TestPods.CREATED.plusSeconds(240))
                        .waits(PodLayout.AGENT, "ImagePullBackOff", ""));

        assertThat(story.after(Duration.ofSeconds(250)).decide().actions()).isEmpty();
    }

    /** Nothing else bounds the snapshot, so that no setting of the start may. */
    @Test
    void the_clean_room_has_time_for_the_snapshot_of_large_work_before_its_checks() {
        var story = Story.started("verify: {commands: [{name: a, run: b, timeout: 10m}]}")
                .pods(TestPods.running(PodLayout.VERIFY));

        assertThat(story.after(Duration.ofMinutes(34)).decide().actions()).isEmpty();
        assertThat(stop(story.after(Duration.ofMinutes(3))).reason()).isEqualTo("AttemptTimedOut");
    }

    @Test
    void a_pod_is_not_over_while_its_worker_salvages() {
        var pod =
                TestPods.running(PodLayout.AGENT).ended(PodLayout.AGENT, 70, "").phase("Failed");
        var story = Story.started().pods(pod);
        story.decide();
        assertThat(story.status().phase()).isEqualTo(Phase.RUNNING);
        story.pods(pod.ended(PodLayout.WORKER, 0, "{\"wipRef\":\"refs/agenttask/wip/fix/1\"}"))
                .decide();
        assertThat(story.status().phase()).isEqualTo(Phase.FAILED);
        assertThat(story.status().latestAttempt().orElseThrow().wipRef()).isEqualTo("refs/agenttask/wip/fix/1");
    }

    @Test
    void a_pod_whose_node_is_gone_is_waited_for_a_while_and_then_recorded() {
        var story = Story.started(ONCE).pods(TestPods.running(PodLayout.AGENT));
        story.after(Duration.ofMinutes(20)).decide();
        var lost = TestPods.running(PodLayout.AGENT)
                .phase("Failed")
                .disrupted("DeletionByPodGC")
                .changedAt(story.now());
        var waiting = story.pods(lost).decide();
        assertThat(story.status().phase()).isEqualTo(Phase.RUNNING);
        assertThat(waiting.requeueAfter().orElseThrow()).isLessThanOrEqualTo(Duration.ofMinutes(4));
        story.after(Duration.ofMinutes(3)).decide();
        assertThat(story.condition(Condition.SUCCEEDED).reason()).isEqualTo("NodeLost");
    }

    private static Stop stop(Story story) {
        var action = story.decide().actions().getFirst();
        return action instanceof Action.StopPod stopped ? stopped.stop() : ((Action.DeletePod) action).stop();
    }

    private static void assertGivenUpAfterAMinute(TestPods dead, String message) {
        var story = Story.started().pods(dead);
        assertThat(story.after(Duration.ofSeconds(40)).decide().actions()).isEmpty();
        assertThat(story.after(Duration.ofSeconds(40)).decide().actions())
                .singleElement()
                .asInstanceOf(type(Action.StopPod.class))
                .satisfies(a -> {
                    assertThat(a.stop().reason()).isEqualTo("PodStuck");
                    assertThat(a.stop().failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
                    assertThat(a.stop().message()).contains(message);
                });
    }
}
