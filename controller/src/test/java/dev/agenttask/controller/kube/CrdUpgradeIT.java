package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.PodLayout;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tasks that were stored under an earlier CRD, when the one of today is applied as an upgrade does. */
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

    private void apply(Path crd) {
        assertThat(server.kubectl("", "apply", "--server-side", "--force-conflicts", "-f", crd.toString()))
                .contains("serverside-applied");
    }

    /** The API server takes a CRD up a moment after it was applied. */
    private void awaitRetry(String answer) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> server.kubectl(
                        WITH_RETRY, "-n", namespace, "create", "--dry-run=server", "-f", "-")
                .contains(answer));
    }

    private void patchStatus(String name, String patch) {
        assertThat(server.kubectl(
                        "", "-n", namespace, "patch", "at", name, "--subresource=status", "--type=merge", "-p", patch))
                .contains("patched");
    }
}
