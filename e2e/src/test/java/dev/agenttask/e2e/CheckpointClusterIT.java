package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.event.EventData.Checkpoint;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What a lost pod leaves: its last checkpoint. The operator is set to make one every few seconds. */
@Isolated
class CheckpointClusterIT {

    private static final String INTERVAL = "AGENTTASK_CHECKPOINT_INTERVAL";

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;
    private static String before;

    @BeforeAll
    static void shortenInterval() throws Exception {
        installation = Installation.connect();
        before = installation.configure(INTERVAL, "3s");
        namespace = TestNamespace.create(installation.client(), "checkpoint");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
    }

    @AfterAll
    static void restoreInterval() {
        installation.configure(INTERVAL, before);
        namespace.close();
        installation.close();
    }

    @Test
    void a_pod_that_is_lost_leaves_its_last_checkpoint_and_the_next_attempt_goes_on_from_it() throws Exception {
        var uid = namespace
                .apply(
                        "lost",
                        git.small(
                                        "shop",
                                        "if [ -e begun ]; then echo seen > seen; else echo begun > begun; sleep 600; fi")
                                + "retry: {infrastructure: 1, backoff: 1s, resume: true}\n")
                .getMetadata()
                .getUid();
        var pod = AttemptPod.atWork(installation, namespace, "lost", 1);
        git.awaitFile("shop", "refs/agenttask/wip/lost-" + uid.substring(0, 5) + "/1", "begun");

        pod.crashWorkerForEver();
        pod.resource().withGracePeriod(0).delete();

        var lost = namespace.awaitEnd("lost", 1);
        assertThat(lost.failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
        assertThat(lost.wipRef()).as(lost.message()).isEqualTo("refs/agenttask/wip/lost-" + uid.substring(0, 5) + "/1");
        assertThat(lost.message()).contains("git fetch " + git.url("shop") + " " + lost.wipRef());
        var status = namespace.awaitFinished("lost");
        assertThat(status.phase()).as(Serialization.asYaml(status)).isEqualTo(Phase.SUCCEEDED);
        assertThat(git.file("shop", status.result().branch(), "seen")).isEqualTo("seen\n");
        assertThat(Topics.data(Topics.events(installation, "agenttask.progress", uid), Checkpoint.class))
                .first()
                .satisfies(checkpoint -> assertThat(checkpoint.ref()).isEqualTo(lost.wipRef()));
    }
}
