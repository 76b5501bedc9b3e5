package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command line, which people and pipelines run. */
class CliClusterIT {

    private static final Path FOLDER =
            Path.of("..", "build", "cli", "bin").toAbsolutePath().normalize();

    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: submit}
            spec:
              restartPolicy: Never
              serviceAccountName: ci
              securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
              containers:
              - name: submit
                image: %s
                imagePullPolicy: IfNotPresent
                args: [submit, --template, /tasks/template.yaml, --items, /tasks/items.csv, --name, inside, --wait, --timeout, 10m]
                resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 256Mi}}
                securityContext:
                  allowPrivilegeEscalation: false
                  readOnlyRootFilesystem: true
                  capabilities: {drop: [ALL]}
                volumeMounts: [{name: tasks, mountPath: /tasks}, {name: tmp, mountPath: /tmp}]
              volumes: [{name: tasks, configMap: {name: tasks}}, {name: tmp, emptyDir: {}}]
            """;

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;

    @TempDir
    private Path directory;

    @BeforeAll
    static void deploy() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "cli");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @Test
    void a_pipeline_submits_tasks_from_a_template_and_fails_for_the_one_that_fails() throws Exception {
        var report = directory.resolve("report.xml");
        Files.writeString(
                directory.resolve("template.yaml"), manifest("'part-{{part}}'", git.small("shop", "{{script}}")));
        Files.writeString(
                directory.resolve("items.csv"), "part,script\ngood,echo three >>list\nbad,echo no way; exit 3\n");

        var ended = run(
                "submit",
                "--template",
                directory.resolve("template.yaml").toString(),
                "--items",
                directory.resolve("items.csv").toString(),
                "--name",
                "part",
                "--canary",
                "1",
                "--wait",
                "--timeout",
                "10m",
                "--junit",
                report.toString());

        assertThat(ended.code()).as(ended.all()).isEqualTo(1);
        assertThat(ended.err())
                .contains("part-bad did not succeed: AgentFailed")
                .doesNotContain("part-good did not");
        assertThat(report).content().contains("name=\"part-good\"", "<failure type=\"AgentFailed\"");

        assertThat(run("logs", "part-bad", "--source", "pod").out()).contains(" agent | no way\n");
        assertThat(run("explain", "part-bad").out()).contains("has Failed", "AgentFailed");
        assertThat(run("explain", "atb/part").out()).contains("has Failed", "bad: AgentFailed");
        assertThat(run("retry", "part-bad").out()).isEqualTo("agenttask.agenttask.dev/part-bad-retry-2 created\n");
        assertThat(run("cancel", "part-bad-retry-2").code()).isZero();
        namespace.awaitFinished("part-bad-retry-2");
    }

    @Test
    void a_log_is_followed_from_the_clone_to_the_delivery() throws Exception {
        Files.writeString(
                directory.resolve("task.yaml"),
                manifest(
                        "followed",
                        git.small("shop", "for i in 1 2 3; do echo line $i; sleep 1; done; echo x >>list")));

        assertThat(run("submit", directory.resolve("task.yaml").toString()).code())
                .isZero();
        var ended = run("logs", "followed", "--follow");

        assertThat(ended.code()).as(ended.all()).isZero();
        assertThat(ended.out())
                .contains(" agent | line 1\n", " agent | line 3\n")
                .containsOnlyOnce("agent | line 2\n");
        assertThat(run("watch", "followed", "--timeout", "5m").code()).isZero();
    }

    @Test
    void the_image_submits_and_waits_in_a_pod_with_the_rights_of_its_service_account() throws Exception {
        namespace.create(new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("ci")
                .endMetadata()
                .build());
        var kubectl = new Kubectl(namespace.name());
        kubectl.run(
                "",
                "create",
                "role",
                "agenttask-ci",
                "--verb=create,get,list,watch,patch",
                "--resource=agenttasks.agenttask.dev,agenttaskbatches.agenttask.dev");
        kubectl.run(
                "",
                "create",
                "rolebinding",
                "ci",
                "--role=agenttask-ci",
                "--serviceaccount=" + namespace.name() + ":ci");
        namespace.create(new ConfigMapBuilder()
                .withNewMetadata()
                .withName("tasks")
                .endMetadata()
                .addToData("template.yaml", manifest("inside", git.small("shop", "echo {{word}} > {{item}}")))
                .addToData("items.csv", "item,word\none,uno\ntwo,due\n")
                .build());

        namespace.create(Serialization.unmarshal(POD.formatted(GitServer.image("CLI_IMAGE")), Pod.class));
        var pod = namespace
                .client()
                .pods()
                .inNamespace(namespace.name())
                .withName("submit")
                .waitUntilCondition(CliClusterIT::ended, TestNamespace.PATIENCE.toSeconds(), TimeUnit.SECONDS);

        var log = namespace.client().pods().resource(pod).getLog();
        assertThat(pod.getStatus().getPhase()).as(log).isEqualTo("Succeeded");
        assertThat(log).contains("agenttaskbatch.agenttask.dev/inside created", "inside-two Succeeded");
        assertThat(namespace.status("inside-one").phase()).isEqualTo(Phase.SUCCEEDED);
    }

    private static boolean ended(Pod pod) {
        return pod != null
                && pod.getStatus() != null
                && List.of("Succeeded", "Failed").contains(pod.getStatus().getPhase());
    }

    private static String manifest(String name, String spec) {
        return "apiVersion: agenttask.dev/v1alpha1\nkind: AgentTask\nmetadata: {name: %s}\nspec:\n%s"
                .formatted(name, spec.indent(2));
    }

    private record Ended(int code, String out, String err) {

        String all() {
            return out + err;
        }
    }

    /** Runs {@code kubectl agenttask} as people do: kubectl finds it on the PATH. */
    private Ended run(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("kubectl", "agenttask"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--namespace", namespace.name()));
        var error = Files.createTempFile(directory, "error", ".txt");
        var builder = new ProcessBuilder(command).redirectError(error.toFile());
        builder.environment().merge("PATH", FOLDER.toString(), (path, folder) -> folder + ":" + path);
        var process = builder.start();
        process.getOutputStream().close();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out, Files.readString(error));
    }
}
