package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.agenttask.api.Attempt;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/** What the cluster does to the pods of attempts, and what becomes of the tasks. The tasks run side by side. */
@Execution(CONCURRENT)
class PodEndsClusterIT {

    private static final String STAYS_IN_ATTEMPT_1 =
            "if [ $AGENTTASK_ATTEMPT = 1 ]; then echo begun > begun; sleep 600; fi; echo done > done";
    private static final String RETRY_ONCE = "retry: {infrastructure: 1, backoff: 1s}\n";
    private static final String NO_RETRY = "retry: {infrastructure: 0}\n";

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;

    @BeforeAll
    static void startTasks() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "pod-end");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
        start("crash-loop", "echo begun > begun; sleep 600", NO_RETRY);
        start("crash", AttemptPod.WORK_AND_WAIT + "echo done > done", NO_RETRY);
        start("starved", AttemptPod.WORK_AND_WAIT + "echo done > done", NO_RETRY);
        start("deleted", STAYS_IN_ATTEMPT_1, RETRY_ONCE);
        start("forced", STAYS_IN_ATTEMPT_1, RETRY_ONCE);
        start("evicted", STAYS_IN_ATTEMPT_1, RETRY_ONCE);
        AttemptPod.atWork(installation, namespace, "crash-loop", 1).crashWorkerForEver();
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @Test
    void a_worker_that_crashes_is_started_again_and_the_attempt_goes_on() throws Exception {
        var pod = AttemptPod.atWork(installation, namespace, "crash", 1);

        pod.crashWorker();

        assertThat(pod.awaitRestart(1).getLastState().getTerminated().getReason())
                .isEqualTo("Error");
        pod.release();
        assertDelivered("crash", 1);
    }

    @Test
    void a_worker_that_is_killed_for_memory_is_started_again_and_the_attempt_goes_on() throws Exception {
        var pod = AttemptPod.atWork(installation, namespace, "starved", 1);

        pod.starveWorker();

        assertThat(pod.awaitRestart(1).getLastState().getTerminated().getReason())
                .isEqualTo("OOMKilled");
        pod.release();
        assertDelivered("starved", 1);
    }

    /** Takes minutes, as the kubelet waits longer before each start. */
    @Test
    void a_worker_that_crashes_again_and_again_ends_the_attempt() {
        var attempt = namespace.awaitFailure("crash-loop", FailureClass.INFRASTRUCTURE, "WorkerCrashed");

        assertThat(attempt.message()).contains("kubectl logs");
    }

    @Test
    void a_pod_that_is_deleted_is_followed_by_another_and_its_work_salvaged() throws Exception {
        AttemptPod.atWork(installation, namespace, "deleted", 1).resource().delete();

        assertSalvaged(lost("deleted", "PodDeleted"));
        assertDelivered("deleted", 2);
    }

    @Test
    void a_pod_that_is_deleted_without_grace_is_followed_by_another() throws Exception {
        AttemptPod.atWork(installation, namespace, "forced", 1)
                .resource()
                .withGracePeriod(0)
                .delete();

        lost("forced", "PodDeleted");
        assertDelivered("forced", 2);
    }

    @Test
    void a_pod_that_is_evicted_is_followed_by_another_and_its_work_salvaged() throws Exception {
        assertThat(AttemptPod.atWork(installation, namespace, "evicted", 1)
                        .resource()
                        .evict())
                .isTrue();

        assertSalvaged(lost("evicted", "Evicted"));
        assertDelivered("evicted", 2);
    }

    private static void start(String task, String script, String more) {
        namespace.apply(task, git.small("shop", script) + more);
    }

    private static Attempt lost(String task, String reason) {
        var attempt = namespace.awaitEnd(task, 1);
        assertThat(attempt.failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
        assertThat(attempt.reason()).as(attempt.message()).isEqualTo(reason);
        return attempt;
    }

    private static void assertSalvaged(Attempt attempt) throws Exception {
        assertThat(attempt.wipRef()).as(attempt.message()).isNotEmpty();
        assertThat(git.file("shop", attempt.wipRef(), "begun")).isEqualTo("begun\n");
    }

    private static void assertDelivered(String task, int attempts) throws Exception {
        var status = namespace.awaitFinished(task);
        assertThat(status.phase()).as(Serialization.asYaml(status)).isEqualTo(Phase.SUCCEEDED);
        assertThat(status.attempts()).hasSize(attempts);
        assertThat(git.file("shop", status.result().branch(), "done")).isEqualTo("done\n");
    }
}
