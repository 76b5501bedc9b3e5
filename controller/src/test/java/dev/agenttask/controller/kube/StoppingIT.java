package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.controller.task.Labels;
import dev.agenttask.controller.task.TestTasks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiServer.class)
class StoppingIT {

    private static final String SALVAGED = "{\"wipRef\":\"refs/agenttask/wip/fix/1\"}";

    private ApiServer.Running server;
    private String namespace;
    private Controller controller;

    @BeforeEach
    void start(ApiServer.Running running) {
        server = running;
        namespace = server.namespace();
        controller = Controller.start(server, namespace);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void a_cancelled_task_is_stopped_by_its_deadline_and_keeps_its_work() {
        var pod = runningPod();
        edit("{\"spec\":{\"cancel\":true}}");
        var stopped = controller.awaitPod(name(pod), StoppingIT::toldToStop);
        assertThat(stopped.getSpec().getActiveDeadlineSeconds()).isEqualTo(1);
        assertThat(stopped.getMetadata().getDeletionTimestamp()).isNull();
        controller.kubelet(pod).failAgent(143, SALVAGED);
        var status = controller.awaitPhase("fix", Phase.CANCELLED).getStatus();
        assertThat(status.condition(Condition.FINISHED).orElseThrow().status()).isEqualTo("True");
        assertThat(status.latestAttempt().orElseThrow().wipRef()).isEqualTo("refs/agenttask/wip/fix/1");
    }

    @Test
    void a_suspended_task_gets_a_second_attempt_when_it_is_lifted() {
        var pod = runningPod();
        edit("{\"spec\":{\"suspend\":true}}");
        controller.awaitPod(name(pod), StoppingIT::toldToStop);
        controller.kubelet(pod).failAgent(143, SALVAGED);
        controller.awaitPhase("fix", Phase.QUEUED);
        edit("{\"spec\":{\"suspend\":false}}");
        controller.kubelet(controller.awaitPod("fix", 2)).place().succeed(Kubelet.PASSED);
        var status = controller.awaitPhase("fix", Phase.SUCCEEDED).getStatus();
        assertThat(status.attempts())
                .extracting(Attempt::outcome)
                .containsExactly(Attempt.Outcome.CANCELLED, Attempt.Outcome.SUCCEEDED);
    }

    @Test
    void a_finished_task_is_deleted_after_its_ttl() {
        controller.create(TestTasks.unstored("ttlSecondsAfterFinished: 0"));
        controller.kubelet(controller.awaitPod("fix")).place().succeed(Kubelet.PASSED);
        Controller.eventually(() -> assertThat(controller.get("fix")).isNull());
    }

    @Test
    void a_deleted_task_waits_for_its_pod_and_leaves_nothing() {
        var pod = runningPod();
        server.client().resource(controller.get("fix")).delete();
        controller.awaitPod(name(pod), StoppingIT::toldToStop);
        assertThat(controller.get("fix").getMetadata().getFinalizers()).containsExactly(Labels.CLEANUP_FINALIZER);
        controller.kubelet(pod).failAgent(143, SALVAGED);
        Controller.eventually(() -> assertThat(controller.get("fix")).isNull());
        assertThat(controller.pod(name(pod)).getMetadata().getFinalizers()).isEmpty();
        assertThat(server.client().secrets().inNamespace(namespace).list().getItems())
                .isEmpty();
    }

    @Test
    void a_deleted_task_whose_pod_never_ends_goes_all_the_same() {
        var pod = runningPod();
        server.client().resource(controller.get("fix")).withGracePeriod(0).delete();
        Controller.eventually(() -> {
            assertThat(controller.pod(name(pod)).getMetadata().getDeletionTimestamp())
                    .isNotNull();
        });
        server.client()
                .pods()
                .inNamespace(namespace)
                .withName(name(pod))
                .withGracePeriod(1)
                .delete();
        Controller.eventually(() -> assertThat(controller.get("fix")).isNull());
    }

    @Test
    void a_pod_that_someone_deletes_is_recorded_before_it_goes_and_the_task_waits_for_another_attempt() {
        var pod = runningPod();
        server.client().resource(pod).delete();
        controller.awaitPod(name(pod), p -> p.getMetadata().getDeletionTimestamp() != null);
        controller.kubelet(pod).failAgent(143, SALVAGED);
        var status = controller.awaitReason("fix", "AttemptFailed").getStatus();
        assertThat(status.phase()).isEqualTo(Phase.QUEUED);
        assertThat(status.latestAttempt().orElseThrow().reason()).isEqualTo("PodDeleted");
        assertThat(status.latestAttempt().orElseThrow().wipRef()).isEqualTo("refs/agenttask/wip/fix/1");
        Controller.eventually(
                () -> assertThat(controller.pod(name(pod)).getMetadata().getFinalizers())
                        .isEmpty());
    }

    @Test
    void an_image_that_cannot_be_pulled_is_told_and_then_given_up() {
        controller.create(TestTasks.unstored());
        var pod = controller.awaitPod("fix");
        controller.kubelet(pod).place().hold(PodLayout.CLONE, "ErrImagePull", "not found");
        var waiting = controller.awaitReason("fix", "ImagePullBackOff").getStatus();
        assertThat(waiting.condition(Condition.SUCCEEDED).orElseThrow().message())
                .contains("registry.example.com/agenttask/worker:1");
        controller.awaitPod(name(pod), StoppingIT::toldToStop);
        Controller.eventually(() -> assertThat(server.kubectl("", "-n", namespace, "describe", "at", "fix"))
                .contains("Warning", "ImagePullBackOff"));
    }

    @Test
    void what_a_controller_did_while_it_died_is_found_by_the_next_one() {
        var pod = runningPod();
        controller.close();
        controller.kubelet(pod).run(PodLayout.VERIFY);
        controller = Controller.start(server, namespace);
        controller.awaitPhase("fix", Phase.VERIFYING);
        controller.close();
        controller.kubelet(pod).succeed(Kubelet.PASSED);
        controller = Controller.start(server, namespace);
        controller.awaitPhase("fix", Phase.SUCCEEDED);
        Controller.eventually(
                () -> assertThat(controller.pod(name(pod)).getMetadata().getFinalizers())
                        .isEmpty());
        assertThat(controller.pods("fix", 2)).isEmpty();
    }

    @Test
    void a_pod_whose_task_was_removed_by_force_is_let_go() {
        var pod = runningPod();
        controller.close();
        edit("{\"metadata\":{\"finalizers\":[]}}");
        server.client().resource(controller.get("fix")).delete();
        server.client().resource(pod).withGracePeriod(0).delete();
        assertThat(controller.pod(name(pod)).getMetadata().getFinalizers()).containsExactly(Labels.OUTCOME_FINALIZER);
        controller = Controller.start(server, namespace);
        Controller.eventually(() -> assertThat(controller.pod(name(pod))).isNull());
    }

    /** As {@code kubectl delete --cascade=orphan} does it. */
    @Test
    void a_pod_whose_task_was_deleted_without_it_is_stopped_and_leaves_nothing() {
        var pod = runningPod();
        controller.close();
        Stream.of(
                        pod,
                        server.client()
                                .secrets()
                                .inNamespace(namespace)
                                .withName(name(pod))
                                .get())
                .forEach(this::takeOwner);
        edit("{\"metadata\":{\"finalizers\":[]}}");
        server.client().resource(controller.get("fix")).delete();

        controller = Controller.start(server, namespace);

        controller.awaitPod(name(pod), Pod::isMarkedForDeletion);
        assertThat(controller.pod(name(pod)).getMetadata().getFinalizers()).containsExactly(Labels.OUTCOME_FINALIZER);
        server.client().resource(pod).withGracePeriod(0).delete();
        controller.close();
        controller = Controller.start(server, namespace);
        Controller.eventually(() -> {
            assertThat(controller.pod(name(pod))).isNull();
            assertThat(server.client()
                            .secrets()
                            .inNamespace(namespace)
                            .withName(name(pod))
                            .get())
                    .isNull();
        });
    }

    @Test
    void the_policy_of_a_pod_that_was_given_up_stays_until_the_pod_is_gone() {
        var pod = runningPod();
        server.client().resource(controller.get("fix")).delete();
        controller.awaitPod(name(pod), StoppingIT::toldToStop);
        server.client().resource(pod).withGracePeriod(1).delete();
        Controller.eventually(() -> assertThat(controller.get("fix")).isNull());
        assertThat(policy(pod)).isNotNull();
        assertThat(policy(pod).getMetadata().getOwnerReferences()).isEmpty();

        server.client().resource(pod).withGracePeriod(0).delete();
        controller.close();
        controller = Controller.start(server, namespace);

        Controller.eventually(() -> assertThat(policy(pod)).isNull());
    }

    @Test
    void a_policy_whose_pod_is_there_is_not_swept_away() {
        var pod = runningPod();
        controller.close();
        server.client()
                .pods()
                .resource(pod)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"labels\":{\"" + Labels.MANAGED_BY + "\":null}}}");
        orphanPolicy();
        controller = Controller.start(server, namespace);
        Controller.eventually(() -> assertThat(server.client()
                        .network()
                        .v1()
                        .networkPolicies()
                        .inNamespace(namespace)
                        .withName("orphan")
                        .get())
                .isNull());
        assertThat(policy(pod)).isNotNull();
    }

    private void orphanPolicy() {
        server.client()
                .resource(new NetworkPolicyBuilder()
                        .withNewMetadata()
                        .withName("orphan")
                        .withNamespace(namespace)
                        .addToLabels(Labels.MANAGED_BY, Labels.AGENTTASK)
                        .endMetadata()
                        .withNewSpec()
                        .withNewPodSelector()
                        .endPodSelector()
                        .endSpec()
                        .build())
                .create();
    }

    private NetworkPolicy policy(Pod pod) {
        return server.client()
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace)
                .withName(name(pod))
                .get();
    }

    private void takeOwner(HasMetadata resource) {
        server.client()
                .resource(resource)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"ownerReferences\":null}}");
    }

    private Pod runningPod() {
        controller.create(TestTasks.unstored());
        var pod = controller.awaitPod("fix");
        controller.kubelet(pod).place().run(PodLayout.AGENT);
        controller.await(
                "fix",
                t -> t.getStatus().progress() != null
                        && t.getStatus().progress().step().equals("agent"));
        return pod;
    }

    private void edit(String patch) {
        server.client()
                .resources(AgentTask.class)
                .inNamespace(namespace)
                .withName("fix")
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    private static boolean toldToStop(Pod pod) {
        return pod.getMetadata().getAnnotations().containsKey(Labels.STOP);
    }

    private static String name(Pod pod) {
        return pod.getMetadata().getName();
    }
}
