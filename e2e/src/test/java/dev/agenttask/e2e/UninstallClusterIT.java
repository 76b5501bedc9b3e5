package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The operator is uninstalled while it holds tasks and pods, and installed again. */
@Isolated
class UninstallClusterIT {

    private Installation installation;
    private TestNamespace namespace;
    private GitServer git;
    private Release release;

    @BeforeEach
    void deployGit() throws Exception {
        installation = Installation.connect();
        release = Release.of(installation);
        namespace = TestNamespace.create(installation.client(), "uninstall");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
    }

    @AfterEach
    void installAgain() throws Exception {
        release.upgrade();
        installation.awaitReady();
        namespace.close();
        installation.close();
    }

    @Test
    void nothing_hangs_without_the_operator_what_runs_goes_on_and_the_next_one_records_it() throws Exception {
        namespace.apply("finished", git.task("shop", "echo one > one", "test -e one"));
        namespace.awaitFinished("finished");
        namespace.apply("unwanted", git.task("shop", "echo two > two; sleep 3600", "true"));
        var running = namespace.apply("running", git.task("shop", "echo three > three; sleep 45", "test -e three"));
        namespace.awaitPhase("running", Phase.RUNNING);
        namespace.awaitPhase("unwanted", Phase.RUNNING);

        release.uninstall();

        assertThat(pods())
                .allSatisfy(pod -> assertThat(pod.getMetadata().getFinalizers()).isEmpty());
        assertThat(left()).isEmpty();
        for (var task : List.of("finished", "unwanted")) {
            namespace.task(task).delete();
            namespace.task(task).waitUntilCondition(found -> found == null, 5, TimeUnit.SECONDS);
        }
        var branch =
                "refs/heads/agenttask/running-" + running.getMetadata().getUid().substring(0, 5);
        awaitRef(branch);

        release.upgrade();

        var status = namespace.awaitFinished("running");
        assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(status.attempts()).hasSize(1);
        assertThat("refs/heads/" + status.result().branch()).isEqualTo(branch);
    }

    private List<Pod> pods() {
        return installation
                .client()
                .pods()
                .inNamespace(namespace.name())
                .withLabel("app.kubernetes.io/managed-by", "agenttask")
                .list()
                .getItems();
    }

    /** What the release leaves behind in its namespace and in the cluster. */
    private List<String> left() {
        var client = installation.client();
        return List.of(
                        client.apps().deployments().inNamespace(installation.namespace()),
                        client.batch().v1().jobs().inNamespace(installation.namespace()),
                        client.serviceAccounts().inNamespace(installation.namespace()),
                        client.rbac().roles().inNamespace(installation.namespace()),
                        client.rbac().roleBindings().inNamespace(installation.namespace()),
                        client.rbac().clusterRoles(),
                        client.rbac().clusterRoleBindings())
                .stream()
                .flatMap(kind -> kind.withLabel("app.kubernetes.io/instance", "agenttask").list().getItems().stream())
                .map(resource ->
                        resource.getKind() + " " + resource.getMetadata().getName())
                .toList();
    }

    /** The pod ends when it has pushed: waits for that, and looks at the server then. */
    private void awaitRef(String ref) throws Exception {
        installation
                .client()
                .pods()
                .inNamespace(namespace.name())
                .withLabel("agenttask.dev/task", "running")
                .waitUntilCondition(
                        pod -> pod != null && "Succeeded".equals(pod.getStatus().getPhase()), 2, TimeUnit.MINUTES);
        assertThat(git.refs("shop")).containsKey(ref);
    }
}
