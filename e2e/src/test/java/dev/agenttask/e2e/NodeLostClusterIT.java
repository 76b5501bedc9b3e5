package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.parallel.Isolated;

/** A node that answers no more, while what runs there goes on. */
@Isolated
@Tag("slow")
@DisabledIfEnvironmentVariable(
        named = "CLUSTER",
        matches = "current",
        disabledReason = "Only the kubelet of the single node can be stopped from here")
class NodeLostClusterIT {

    private static final String FIELDS = "AGENTTASK_POD_ALLOWED_FIELDS";

    /** By default Kubernetes waits for five minutes whether the node comes back. */
    private static final String SHORT =
            "{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 1}";

    private final SingleNode node = new SingleNode();
    private Installation installation;
    private TestNamespace namespace;
    private GitServer git;
    private String before;

    @BeforeEach
    void deployGit() throws Exception {
        installation = Installation.connect();
        before = installation.configure(FIELDS, "tolerations");
        namespace = TestNamespace.create(installation.client(), "node-lost");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
    }

    @AfterEach
    void remove() throws Exception {
        node.resumeKubelet();
        installation.configure(FIELDS, before);
        namespace.close();
        installation.close();
    }

    @Test
    void a_task_of_a_lost_node_is_tried_again_when_there_is_a_node_again() throws Exception {
        // The second pod comes when the node's taint has gone, which it tolerates for too short a time.
        namespace.apply(
                "lost",
                git.small("shop", AttemptPod.WORK_AND_WAIT + "echo $AGENTTASK_ATTEMPT > done")
                        + "retry: {infrastructure: 1, backoff: 30s}\n"
                        + "pod: {tolerations: [%s]}\n".formatted(SHORT));
        AttemptPod.atWork(installation, namespace, "lost", 1);

        node.pauseKubelet();

        var lost = namespace.awaitEnd("lost", 1);
        assertThat(lost.failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
        assertThat(lost.reason()).as(lost.message()).isEqualTo("NodeLost");
        assertThat(lost.message())
                .contains("git fetch " + git.url("shop") + " refs/agenttask/wip/lost-")
                .contains("checkpoint");
        node.resumeKubelet();
        AttemptPod.atWork(installation, namespace, "lost", 2).release();
        var status = namespace.awaitFinished("lost");
        assertThat(status.phase()).as(Serialization.asYaml(status)).isEqualTo(Phase.SUCCEEDED);
        assertThat(status.attempts()).hasSize(2);
        assertThat(git.file("shop", status.result().branch(), "done")).isEqualTo("2\n");
    }
}
