package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Agents that take all there is of what the kernel, the node and the worker have. The tasks run side by side. */
@Isolated
class ExhaustionAttackClusterIT {

    private static final Map<String, String> NO_CHECK = Map.of("nothing", "true");

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;
    private static Attack attack;

    @BeforeAll
    static void attack() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "exhaustion");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
        attack = new Attack(git, "shop");
        python("hoarder", "hoarder.py", NO_CHECK);
        python("flooder", "flooder.py", NO_CHECK);
        python("litterer", "litterer.py", Map.of("leftovers", """
                test -z "$(ls -A /dev/shm)" && test -z "$(ls -A /dev/mqueue)" &&
                test $(cat /proc/sysvipc/shm /proc/sysvipc/msg /proc/sysvipc/sem | wc -l) = 3"""));
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @Test
    void another_task_succeeds_while_one_holds_all_that_the_kernel_gives_to_their_user() throws Exception {
        var held = holding("hoarder");

        namespace.apply(
                "neighbour",
                attack.spec(
                        List.of("python3", "-c", "import os; os.pipe(); open('made', 'w').write('made\\n')"),
                        Map.of(),
                        NO_CHECK));
        var status = namespace.awaitFinished("neighbour");

        assertThat(attack.file(commit(status), "made")).isEqualTo("made\n");
        assertThat(held).contains("not permitted", "Too many open files");
        namespace.patch("hoarder", "{\"spec\": {\"cancel\": true}}");
        var cancelled = namespace.await("hoarder", Duration.ofSeconds(30), s -> s.phase() == Phase.CANCELLED);
        assertThat(attack.file(cancelled.latestAttempt().orElseThrow().wipRef(), "holding"))
                .isEqualTo(held);
    }

    @Test
    void a_gigabyte_of_output_with_lines_of_a_hundred_megabytes_changes_nothing() throws Exception {
        var status = namespace.awaitFinished("flooder");

        assertThat(attack.file(commit(status), "loud")).isEqualTo("done\n");
        assertThat(attack.restarts(status.latestAttempt().orElseThrow())).isZero();
    }

    @Test
    void a_hundred_thousand_files_are_delivered_and_thousands_of_leftovers_in_shared_memory_are_gone_before_a_check()
            throws Exception {
        var status = namespace.awaitFinished("litterer");

        var commit = commit(status);
        assertThat(attack.paths(commit)).hasSize(100_002);
        assertThat(attack.file(commit, "left")).contains("'files': 20000", "'queues': 2000", "'segments': 2000");
        assertThat(attack.restarts(status.latestAttempt().orElseThrow())).isZero();
    }

    private static void python(String task, String script, Map<String, String> checks) throws IOException {
        namespace.apply(task, attack.spec(List.of("python3", "-c", Attack.script(script)), Map.of(), checks));
    }

    /** What a task says it has, once it has it. */
    private static String holding(String task) throws Exception {
        namespace.awaitStep(task, "agent");
        return installation.exec(
                pod(task),
                "agent",
                Duration.ofSeconds(60),
                "sh",
                "-c",
                "until [ -e /workspace/holding ]; do sleep 0.1; done; cat /workspace/holding");
    }

    private static Pod pod(String task) {
        return installation
                .client()
                .pods()
                .inNamespace(namespace.name())
                .withName(namespace.status(task).latestAttempt().orElseThrow().podName())
                .get();
    }

    /** The branch was delivered, and this commit is what it is at. */
    private static String commit(AgentTaskStatus status) throws Exception {
        assertThat(status.phase()).as(Serialization.asYaml(status)).isEqualTo(Phase.SUCCEEDED);
        var commit = status.result().commit();
        assertThat(git.refs("shop"))
                .containsEntry("refs/heads/" + status.result().branch(), commit);
        return commit;
    }
}
