package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.controller.task.AttemptNames;
import dev.agenttask.controller.task.Labels;
import dev.agenttask.controller.task.QueueOrder.Slots;
import dev.agenttask.controller.task.TestTasks;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A request that got no answer may have been carried out, and what the caches show may be old. */
@ExtendWith(ApiServer.class)
class LostAnswersIT {

    private ApiServer.Running server;
    private String namespace;
    private LossyNetwork network;
    private RecordedEvents told;
    private Controller controller;

    @BeforeEach
    void start(ApiServer.Running running) {
        server = running;
        namespace = server.namespace();
        network = new LossyNetwork(server.client());
        told = new RecordedEvents();
        controller = Controller.start(server, namespace, told, network);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void a_pod_that_was_made_without_an_answer_is_taken_over_with_its_policy_and_its_secret() {
        network.loseNextAnswer("POST", "/pods");
        controller.create(TestTasks.unstored());
        controller.awaitPhase("fix", Phase.RUNNING);
        assertThat(network.lost()).isEqualTo(1);
        assertThat(controller.get("fix").getStatus().attempts()).hasSize(1);
        assertThat(allPods()).isEqualTo(1);
        assertThatTheAttemptIsComplete();
    }

    @Test
    void a_pod_that_was_made_without_an_answer_and_fills_the_quota_keeps_its_policy_and_its_secret() {
        quotaOfOnePod();
        network.repeatNext("POST", "/pods");
        controller.create(TestTasks.unstored());
        controller.awaitPhase("fix", Phase.RUNNING);
        assertThat(network.lost()).isEqualTo(1);
        assertThat(allPods()).isEqualTo(1);
        assertThatTheAttemptIsComplete();
    }

    @Test
    void a_task_whose_pod_cannot_be_made_does_not_hold_the_only_slot() {
        controller.close();
        network.refuse("POST", "/pods", "fix");
        controller = Controller.start(server, namespace, new Slots(1, 0), told, network);
        controller.create(TestTasks.unstored());
        network.awaitRefused();

        var other = TestTasks.unstored();
        other.getMetadata().setName("other");
        controller.create(other);

        controller.awaitPod("other");
    }

    @Test
    void what_an_earlier_try_left_without_its_pod_is_made_anew() {
        var task = controller.create(TestTasks.unstored("suspend: true"));
        controller.awaitPhase("fix", Phase.QUEUED);
        server.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(podName("fix"))
                        .withNamespace(namespace)
                        .addNewOwnerReference()
                        .withApiVersion(task.getApiVersion())
                        .withKind(task.getKind())
                        .withName("fix")
                        .withUid(task.getMetadata().getUid())
                        .withController(true)
                        .endOwnerReference()
                        .endMetadata()
                        .withStringData(Map.of("plan.json", "from other settings"))
                        .build())
                .create();
        edit("{\"spec\":{\"suspend\":false}}");
        controller.awaitPod("fix");
        assertThat(server.client()
                        .secrets()
                        .inNamespace(namespace)
                        .withName(podName("fix"))
                        .get()
                        .getData())
                .containsKey(PodLayout.PROMPT_FILE);
    }

    @Test
    void a_status_that_was_written_without_an_answer_is_told_once() {
        controller.create(TestTasks.unstored());
        var kubelet = controller.kubelet(controller.awaitPod("fix")).place().run(PodLayout.AGENT);
        controller.awaitPhase("fix", Phase.RUNNING);
        network.loseNextAnswer("PUT", "/agenttasks/fix/status");
        kubelet.succeed(Kubelet.PASSED);
        controller.awaitPhase("fix", Phase.SUCCEEDED);
        assertThat(network.lost()).isEqualTo(1);
        Controller.eventually(() -> assertThat(told.results()).isEqualTo(1));
        assertThat(told.phases()).containsExactly(Phase.RUNNING, Phase.SUCCEEDED);
        assertThat(allPods()).isEqualTo(1);
    }

    @Test
    void what_a_controller_may_not_have_told_before_it_died_is_told_by_the_next_one() {
        controller.create(TestTasks.unstored());
        controller.kubelet(controller.awaitPod("fix")).place().succeed(Kubelet.PASSED);
        controller.awaitPhase("fix", Phase.SUCCEEDED);
        controller.close();
        var toldByTheNext = new RecordedEvents();
        controller = Controller.start(server, namespace, toldByTheNext, network);
        Controller.eventually(() -> assertThat(toldByTheNext.results()).isEqualTo(1));
        assertThat(toldByTheNext.phases()).containsExactly(Phase.SUCCEEDED);
    }

    @Test
    void a_running_pod_that_is_not_in_the_cache_does_not_count_as_gone() {
        controller.create(TestTasks.unstored());
        var pod = controller.awaitPod("fix");
        controller.kubelet(pod).place().run(PodLayout.AGENT);
        controller.await(
                "fix",
                t -> t.getStatus() != null
                        && t.getStatus().progress() != null
                        && t.getStatus().progress().step().equals("agent"));
        startedLongAgo();
        server.client()
                .pods()
                .resource(pod)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"labels\":{\"" + Labels.MANAGED_BY + "\":null}}}");
        controller.close();
        controller.kubelet(pod).run(PodLayout.VERIFY);
        controller = Controller.start(server, namespace, told, network);
        controller.awaitPhase("fix", Phase.VERIFYING);
        assertThat(controller.get("fix").getStatus().attempts()).hasSize(1);
    }

    @Test
    void a_task_that_was_created_since_under_the_same_name_is_not_deleted_for_the_old_ones_ttl() {
        network.beforeNext("DELETE", "/agenttasks/fix", this::replaceTask);
        var old = controller.create(TestTasks.unstored("ttlSecondsAfterFinished: 0"));
        controller.kubelet(controller.awaitPod("fix")).place().succeed(Kubelet.PASSED);
        controller.await(
                "fix",
                t -> !t.getMetadata().getUid().equals(old.getMetadata().getUid())
                        && t.getStatus() != null
                        && t.getStatus().phase() == Phase.RUNNING);
        assertThat(controller.get("fix").getMetadata().getDeletionTimestamp()).isNull();
    }

    private void replaceTask() {
        edit("{\"metadata\":{\"finalizers\":[]}}");
        server.client().resource(controller.get("fix")).delete();
        controller.create(TestTasks.unstored());
    }

    private void assertThatTheAttemptIsComplete() {
        var name = podName("fix");
        assertThat(server.client()
                        .secrets()
                        .inNamespace(namespace)
                        .withName(name)
                        .get())
                .isNotNull();
        assertThat(server.client()
                        .network()
                        .v1()
                        .networkPolicies()
                        .inNamespace(namespace)
                        .withName(name)
                        .get())
                .isNotNull();
    }

    private String podName(String task) {
        return AttemptNames.pod(AttemptNames.id(controller.get(task)), 1);
    }

    private int allPods() {
        return server.client().pods().inNamespace(namespace).list().getItems().size();
    }

    /** The API server counts by itself once the status is there, which a controller writes in a real cluster. */
    private void quotaOfOnePod() {
        var one = Map.of("pods", Quantity.parse("1"));
        var quota = server.client()
                .resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName("pods")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withHard(one)
                        .endSpec()
                        .build())
                .create();
        quota.setStatus(new ResourceQuotaBuilder()
                .withNewStatus()
                .withHard(one)
                .withUsed(Map.of("pods", Quantity.parse("0")))
                .endStatus()
                .build()
                .getStatus());
        server.client().resource(quota).updateStatus();
    }

    private void startedLongAgo() {
        var task = controller.get("fix");
        var attempt = task.getStatus().attempts().getFirst();
        server.client()
                .resources(AgentTask.class)
                .inNamespace(namespace)
                .withName("fix")
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"status\":{\"attempts\":[{\"number\":1,\"podName\":\"" + attempt.podName()
                                + "\",\"startedAt\":\"2026-01-01T10:00:00Z\"}]}}");
    }

    private void edit(String patch) {
        server.client()
                .resources(AgentTask.class)
                .inNamespace(namespace)
                .withName("fix")
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }
}
