package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.controller.task.QueueOrder.Slots;
import dev.agenttask.controller.task.TestTasks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Prometheus reads while tasks come and go. */
@ExtendWith(ApiServer.class)
class MetricsIT {

    private static final String CHECKED = "verify: {commands: [{name: test, run: make test}]}";

    private ApiServer.Running server;
    private String namespace;
    private LossyNetwork network;
    private Controller controller;

    @BeforeEach
    void start(ApiServer.Running running) {
        server = running;
        namespace = server.namespace();
        network = new LossyNetwork(server.client());
        controller = Controller.start(server, namespace, new RecordedEvents(), network);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void a_task_is_shown_by_name_while_it_runs_and_by_its_end_alone_afterwards() {
        controller.create(TestTasks.unstored(CHECKED));
        var kubelet = controller.kubelet(controller.awaitPod("fix")).place().run(PodLayout.AGENT);
        eventually("agenttask_task_step_age_seconds{namespace=\"%s\",step=\"agent\",task=\"fix\",}", "");
        eventually("agenttask_tasks{namespace=\"%s\",phase=\"Running\",}", "1.0");
        eventually("agenttask_slots_used", "1.0");
        eventually("agenttask_queue_wait_seconds_count", "1.0");

        kubelet.succeed(Kubelet.PASSED);
        controller.awaitPhase("fix", Phase.SUCCEEDED);

        eventually("agenttask_attempts_finished_total{class=\"None\",namespace=\"%s\",reason=\"Succeeded\",}", "1.0");
        eventually("agenttask_tasks_finished_total{namespace=\"%s\",phase=\"Succeeded\",verified=\"True\",}", "1.0");
        eventually("agenttask_verifications_total{namespace=\"%s\",verdict=\"Passed\",}", "1.0");
        eventually("agenttask_step_duration_seconds_count{result=\"ok\",step=\"verify\",}", "1.0");
        eventually("agenttask_attempt_duration_seconds_count{class=\"None\",}", "1.0");
        eventually("agenttask_tasks{namespace=\"%s\",phase=\"Succeeded\",}", "1.0");
        assertThat(controller.prometheus().samples("agenttask_task_")).isEmpty();
        assertThat(controller.prometheus().samples("agenttask_api_request_duration_seconds_count"))
                .anyMatch(sample -> sample.contains("status=\"201\",verb=\"create\""));
    }

    @Test
    void an_end_that_was_written_without_an_answer_is_counted_once() {
        controller.create(TestTasks.unstored());
        var kubelet = controller.kubelet(controller.awaitPod("fix")).place().run(PodLayout.AGENT);
        controller.awaitPhase("fix", Phase.RUNNING);
        network.loseNextAnswer("PUT", "/agenttasks/fix/status");

        kubelet.failAgent(70, "{\"message\":\"exit code 3\"}");

        controller.awaitPhase("fix", Phase.FAILED);
        assertThat(network.lost()).isEqualTo(1);
        eventually(
                "agenttask_attempts_finished_total{class=\"Agent\",namespace=\"%s\",reason=\"AgentFailed\",}", "1.0");
        eventually("agenttask_tasks_finished_total{namespace=\"%s\",phase=\"Failed\",verified=\"Unknown\",}", "1.0");
        eventually("agenttask_step_duration_seconds_count{result=\"failed\",step=\"agent\",}", "1.0");
    }

    @Test
    void what_was_over_when_a_controller_began_is_in_its_gauges_and_not_in_its_counters() {
        controller.create(TestTasks.unstored());
        controller.kubelet(controller.awaitPod("fix")).place().failAgent(70, "{\"message\":\"exit code 3\"}");
        controller.awaitPhase("fix", Phase.FAILED);
        controller.close();

        controller = Controller.start(server, namespace, new RecordedEvents(), network);

        eventually("agenttask_tasks{namespace=\"%s\",phase=\"Failed\",}", "1.0");
        eventually("agenttask_tasks_finished_total{namespace=\"%s\",phase=\"Failed\",verified=\"Unknown\",}", "0.0");
        assertThat(controller.prometheus().samples("agenttask_attempts_finished_total"))
                .isEmpty();
    }

    @Test
    void who_waits_is_in_the_queue() {
        controller.close();
        controller = Controller.start(server, namespace, new Slots(1, 0));
        controller.create(TestTasks.unstored());
        controller.awaitPod("fix");
        var second = TestTasks.unstored();
        second.getMetadata().setName("second");
        controller.create(second);
        controller.awaitPhase("second", Phase.QUEUED);
        eventually("agenttask_slots_waiting", "1.0");
        eventually("agenttask_slots", "1.0");
        eventually("agenttask_slots_offered", "0.0");
        assertThat(controller.prometheus().samples("agenttask_queue_longest_wait_seconds"))
                .noneMatch(sample -> sample.endsWith(" 0.0"));
    }

    @Test
    void a_deleted_task_is_not_shown_any_more() {
        var task = controller.create(TestTasks.unstored());
        var pod = controller.awaitPod("fix");
        controller.kubelet(pod).place().run(PodLayout.AGENT);
        eventually("agenttask_task_age_seconds{namespace=\"%s\",task=\"fix\",}", "");
        server.client().resource(task).delete();
        controller.awaitPod(pod.getMetadata().getName(), p -> p.isMarkedForDeletion());
        controller.kubelet(controller.pod(pod.getMetadata().getName())).succeed(Kubelet.PASSED);
        Controller.eventually(() ->
                assertThat(controller.prometheus().samples("agenttask_task_")).isEmpty());
    }

    /** Waits for a sample; the namespace of the test takes the place of %s. */
    private void eventually(String sample, String value) {
        var line = sample.formatted(namespace) + " " + value;
        Controller.eventually(() -> assertThat(controller.prometheus().samples(line))
                .as(controller.prometheus().scrape())
                .isNotEmpty());
    }
}
