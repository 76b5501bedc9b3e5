package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.PodLayout;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an upgrade of the CRDs does to stored tasks, and to controllers that are older than the CRD. */
@ExtendWith(ApiServer.class)
class CrdUpgradeIT {

    private static final Path EARLIER = Path.of("src", "test", "resources", "crds", "agenttasks-without-retry.yml");
    private static final Path TODAY = Path.of("..", "crds", "agenttasks.agenttask.dev-v1.yml");
    private static final String WITH_RETRY = """
            apiVersion: agenttask.dev/v1alpha1
            kind: AgentTask
            metadata: {name: probe}
            spec:
              repository: {url: "https://git.example.com/acme/shop.git"}
              prompt: Make the tests pass.
              agent: {type: command, command: [sh]}
              retry: {agent: 1}
            """;
    private static final String WITHOUT = WITH_RETRY
            .replace("  retry: {agent: 1}\n", "  limits: {deadline: 30m}\n")
            .replace("probe", "NAME");

    private ApiServer.Running server;
    private String namespace;

    @BeforeEach
    void goBack(ApiServer.Running running) {
        server = running;
        namespace = server.namespace();
        apply(EARLIER);
        awaitRetry("unknown field");
    }

    @AfterEach
    void comeBack() {
        apply(TODAY);
        awaitRetry("created");
    }

    @Test
    void stored_tasks_stay_valid_keep_their_status_and_may_be_changed_and_what_runs_goes_on() {
        server.kubectl(WITHOUT.replace("NAME", "finished"), "-n", namespace, "create", "-f", "-");
        server.kubectl(WITHOUT.replace("NAME", "fix"), "-n", namespace, "create", "-f", "-");
        patchStatus("finished", """
                {"status":{"phase":"Succeeded","observedGeneration":1,"attempts":[{"number":1,"podName":"finished-1-0",\
                "startedAt":"2026-01-01T10:00:00Z","finishedAt":"2026-01-01T10:05:00Z","outcome":"Succeeded",\
                "reason":"Succeeded","message":"done"}]}}""");
        String pod;
        try (var controller = Controller.start(server, namespace)) {
            pod = controller.awaitPod("fix").getMetadata().getName();
            controller.kubelet(controller.pod(pod)).place().run(PodLayout.AGENT);
            controller.awaitPhase("fix", Phase.RUNNING);
        }

        apply(TODAY);
        awaitRetry("created");

        try (var controller = Controller.start(server, namespace)) {
            var finished = controller.get("finished");
            assertThat(finished.getStatus().phase()).isEqualTo(Phase.SUCCEEDED);
            assertThat(finished.getStatus().attempts()).hasSize(1);
            assertThat(finished.getSpec().limits().deadline()).isEqualTo("30m");
            assertThat(finished.getSpec().limits().stall()).isEqualTo("10m");
            assertThat(server.kubectl(
                            "",
                            "-n",
                            namespace,
                            "patch",
                            "at",
                            "finished",
                            "--type=merge",
                            "-p",
                            "{\"spec\":{\"ttlSecondsAfterFinished\":100000000}}"))
                    .contains("patched");
            controller.kubelet(controller.pod(pod)).succeed(Kubelet.PASSED);
            controller.awaitPhase("fix", Phase.SUCCEEDED);
            assertThat(controller.get("fix").getStatus().attempts()).hasSize(1);
        }
    }

    /** So it is between the upgrade of the CRDs and that of the operator, and after a rollback of the operator. */
    @Test
    void a_controller_goes_on_when_the_crd_gets_a_field_that_it_does_not_know() throws Exception {
        apply(TODAY);
        awaitRetry("created");
        server.kubectl(WITHOUT.replace("NAME", "before"), "-n", namespace, "create", "-f", "-");
        try (var controller = Controller.start(server, namespace)) {
            controller.awaitPod("before");

            apply("-", later());
            Awaitility.await().atMost(Controller.PATIENCE).until(() -> server.kubectl(
                            "", "-n", namespace, "get", "at", "before", "-o", "yaml")
                    .contains("tomorrow: unknown"));

            server.kubectl(WITHOUT.replace("NAME", "after"), "-n", namespace, "create", "-f", "-");
            controller.awaitPod("after");
        }
        try (var controller = Controller.start(server, namespace)) {
            server.kubectl(WITHOUT.replace("NAME", "again"), "-n", namespace, "create", "-f", "-");
            controller.awaitPod("again");
        }
    }

    /** Today's CRD with one field more, which every task has by default. */
    private static String later() throws IOException {
        var crd = Serialization.unmarshal(Files.readString(TODAY), CustomResourceDefinition.class);
        crd.getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema()
                .getProperties()
                .get("spec")
                .getProperties()
                .put(
                        "tomorrow",
                        new JSONSchemaPropsBuilder()
                                .withType("string")
                                .withDefault(new TextNode("unknown"))
                                .build());
        return Serialization.asYaml(crd);
    }

    private void apply(Path crd) {
        apply(crd.toString(), "");
    }

    private void apply(String file, String input) {
        assertThat(server.kubectl(input, "apply", "--server-side", "--force-conflicts", "-f", file))
                .contains("serverside-applied");
    }

    /** The API server takes a CRD up a moment after it was applied. */
    private void awaitRetry(String answer) {
        Awaitility.await().atMost(Controller.PATIENCE).until(() -> server.kubectl(
                        WITH_RETRY, "-n", namespace, "create", "--dry-run=server", "-f", "-")
                .contains(answer));
    }

    private void patchStatus(String name, String patch) {
        assertThat(server.kubectl(
                        "", "-n", namespace, "patch", "at", name, "--subresource=status", "--type=merge", "-p", patch))
                .contains("patched");
    }
}
