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

/** How deliveries fail, and that the agent never runs again for one. The tasks run side by side. */
@Execution(CONCURRENT)
class PushEndsClusterIT {

    private static final String FULL = GitServer.SMALL_DISK + "/full";

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;
    private static HostileGitServer hostile;

    @BeforeAll
    static void startTasks() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "push-end");
        git = GitServer.deploy(installation, namespace);
        for (var repository : new String[] {"shop", "guarded", "unwritable", "narrow", FULL}) {
            git.createRepository(repository);
        }
        hostile = HostileGitServer.deploy(git);
        guard("guarded");
        git.git("narrow", "config", "receive.maxInputSize", "100k");
        namespace.create(hostile.credential("hostile", GitServer.WRITER, git.password(GitServer.WRITER)));
        start("guarded", "guarded", "echo done > done", "");
        start("reader", "shop", "echo done > done", "delivery: {credentialsSecret: git-read}\n");
        start("narrow", "narrow", "head -c 1m /dev/urandom > large", "");
        startAt("unwritable", hostile.url("honest", "unwritable"));
        startAt("full", hostile.url("honest", FULL));
        startAt("away", hostile.movingUrl("shop"));
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @Test
    void a_push_that_a_hook_declines_fails_the_task_with_the_words_of_the_forge_and_the_work_is_kept()
            throws Exception {
        var attempt = namespace.awaitFailure("guarded", FailureClass.TASK, "PushRefused");

        assertThat(attempt.message()).contains("Only the release team pushes branches.");
        assertKept("guarded", attempt);
    }

    @Test
    void a_push_without_the_right_to_push_fails_the_task_and_names_what_to_check() {
        var attempt = namespace.awaitFailure("reader", FailureClass.TASK, "PushForbidden");

        assertThat(attempt.message()).contains("git-read");
        assertThat(attempt.wipRef()).isEmpty();
    }

    @Test
    void a_push_that_is_too_large_for_the_forge_fails_with_the_words_of_the_forge() {
        var attempt = namespace.awaitFailure("narrow", FailureClass.TASK, "PushRefused");

        assertThat(attempt.message()).contains("maximum allowed size");
    }

    @Test
    void a_forge_that_is_away_is_waited_for_and_the_agent_does_not_run_again() throws Exception {
        var pod = AttemptPod.atWork(installation, namespace, "away", 1);
        hostile.takeOver();
        pod.release();
        namespace.awaitPhase("away", Phase.DELIVERING);
        var request = "GET /shop.git/info/refs?service=git-";
        hostile.awaitMore(request, hostile.requests(request));

        hostile.giveBack();

        assertDelivered("shop", "away");
    }

    @Test
    void a_forge_that_cannot_store_the_push_is_tried_again() throws Exception {
        var pod = AttemptPod.atWork(installation, namespace, "unwritable", 1);
        git.shell("chmod 500 $1/objects", "unwritable");
        letPush(pod, "unwritable");

        git.shell("chmod 700 $1/objects", "unwritable");

        assertDelivered("unwritable", "unwritable");
    }

    @Test
    void a_forge_whose_disk_is_full_is_tried_again() throws Exception {
        var pod = AttemptPod.atWork(installation, namespace, "full", 1);
        git.fillSmallDisk();
        letPush(pod, FULL);

        git.emptySmallDisk();

        assertDelivered(FULL, "full");
    }

    /** Lets the agent end, and waits until the server has answered the push. */
    private static void letPush(AttemptPod pod, String repository) throws Exception {
        var push = "POST /honest/" + repository + ".git/git-receive-pack";
        var before = hostile.requests(push);
        pod.release();
        hostile.awaitMore(push, before);
    }

    private static void start(String task, String repository, String script, String more) {
        namespace.apply(task, git.small(repository, script) + more);
    }

    private static void startAt(String task, String url) {
        namespace.apply(
                task,
                git.small("shop", AttemptPod.WORK_AND_WAIT + "echo done > done; head -c 400k /dev/urandom > large")
                        .replace(git.url("shop"), url)
                        .replace("git-write", "hostile"));
    }

    /** A server that takes no branches, in words of its own. */
    private static void guard(String repository) throws Exception {
        git.shell("""
                mkdir -p $1/hooks
                cat >$1/hooks/pre-receive <<'HOOK'
                #!/bin/sh
                while read -r _ _ ref; do
                    case $ref in
                    refs/heads/*)
                        echo 'Only the release team pushes branches.' >&2
                        exit 1
                        ;;
                    esac
                done
                HOOK
                chmod +x $1/hooks/pre-receive
                """, repository);
    }

    private static void assertKept(String repository, Attempt attempt) throws Exception {
        assertThat(attempt.wipRef()).as(attempt.message()).isNotEmpty();
        assertThat(git.file(repository, attempt.wipRef(), "done")).isEqualTo("done\n");
    }

    private static void assertDelivered(String repository, String task) throws Exception {
        var status = namespace.awaitFinished(task);
        assertThat(status.phase()).as(Serialization.asYaml(status)).isEqualTo(Phase.SUCCEEDED);
        assertThat(status.attempts()).hasSize(1);
        assertThat(git.file(repository, status.result().branch(), "done")).isEqualTo("done\n");
    }
}
