package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.controller.task.Labels;
import dev.agenttask.controller.task.TestTasks;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiServer.class)
class FarewellIT {

    private ApiServer.Running server;
    private String namespace;

    @BeforeEach
    void prepare(ApiServer.Running running) {
        server = running;
        namespace = server.namespace();
    }

    @Test
    void an_operator_that_goes_lets_all_go_and_stops_nothing_and_the_next_one_takes_it_up_again() {
        String pod;
        try (var controller = Controller.start(server, namespace)) {
            controller.create(TestTasks.unstored());
            pod = controller.awaitPod("fix").getMetadata().getName();
            controller.kubelet(controller.pod(pod)).place().run(PodLayout.AGENT);
            controller.awaitPhase("fix", Phase.RUNNING);
        }
        foreignPod();

        new Farewell(server.client(), Set.of(namespace)).say();

        var left = server.client()
                .pods()
                .inNamespace(namespace)
                .withName(pod)
                .get()
                .getMetadata();
        assertThat(left.getFinalizers()).isEmpty();
        assertThat(left.getDeletionTimestamp()).isNull();
        assertThat(server.client()
                        .network()
                        .v1()
                        .networkPolicies()
                        .inNamespace(namespace)
                        .withName(pod)
                        .get()
                        .getMetadata()
                        .getOwnerReferences())
                .extracting(OwnerReference::getKind)
                .containsExactly("Pod");
        assertThat(server.client()
                        .pods()
                        .inNamespace(namespace)
                        .withName("foreign")
                        .get()
                        .getMetadata()
                        .getFinalizers())
                .containsExactly("example.com/foreign");
        try (var controller = Controller.start(server, namespace)) {
            controller.kubelet(controller.pod(pod)).succeed(Kubelet.PASSED);
            controller.awaitPhase("fix", Phase.SUCCEEDED);
            assertThat(controller.get("fix").getStatus().attempts()).hasSize(1);
        }
    }

    @Test
    void a_task_that_was_let_go_can_be_deleted_without_an_operator() {
        try (var controller = Controller.start(server, namespace)) {
            controller.create(TestTasks.unstored());
            controller.awaitPod("fix");
            controller.awaitPhase("fix", Phase.RUNNING);
            assertThat(controller.get("fix").getMetadata().getFinalizers()).containsExactly(Labels.CLEANUP_FINALIZER);
        }

        new Farewell(server.client(), Set.of(namespace)).say();

        assertThat(server.kubectl("", "-n", namespace, "delete", "agenttask", "fix", "--timeout=5s"))
                .contains("deleted");
        assertThat(server.kubectl("", "-n", namespace, "get", "agenttask", "fix"))
                .contains("NotFound");
    }

    private void foreignPod() {
        server.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("foreign")
                        .withNamespace(namespace)
                        .withFinalizers("example.com/foreign")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("c")
                        .withImage("image")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }
}
