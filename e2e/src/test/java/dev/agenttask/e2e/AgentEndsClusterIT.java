package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Attempt;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How agents go wrong, and what the tasks say of it and keep. The tasks run side by side. */
class AgentEndsClusterIT {

    private static final String DRAFT = "echo draft > draft; ";
    private static final String EAT_MEMORY = "python3 -c 'bytearray(1 << 30)'";

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;

    @BeforeAll
    static void startTasks() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "agent-end");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
        start("tmp-filler", DRAFT + "fallocate -l 6g /tmp/large; sleep 600", "");
        start("silent", DRAFT + "sleep 600", "limits: {stall: 10s}");
        start("silent-burner", "timeout 30 sh -c 'while :; do :; done'; echo x > x", "limits: {stall: 10s}");
        start("silent-writer", "for i in $(seq 15); do echo $i > x; sleep 2; done", "limits: {stall: 10s}");
        start("workspace-filler", DRAFT + "head -c 48m /dev/zero > large; sleep 600", "limits: {workspaceSize: 32Mi}");
        start("quitter", DRAFT + "kill 1; sleep 600", "");
        start("eraser", "find . -mindepth 1 -delete", "");
        startWithMemory("hungry-child", DRAFT + EAT_MEMORY + "; true", "128Mi");
        startWithMemory("hungry", DRAFT + "exec " + EAT_MEMORY, "128Mi");
        startWithMemory("hungry-everywhere", DRAFT + "head -c 60m /dev/zero > /dev/shm/large; sleep 600", "40Mi");
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @Test
    void an_agent_that_deletes_everything_is_not_delivered() throws Exception {
        var attempt = namespace.awaitFailure("eraser", FailureClass.AGENT, "EverythingDeleted");

        assertThat(attempt.message()).contains("not one file");
        assertThat(git.refs("shop").keySet()).noneMatch(ref -> ref.startsWith("refs/heads/agenttask/eraser"));
    }

    @Test
    void an_agent_whose_child_is_killed_for_memory_fails_although_it_exits_with_0_and_its_work_is_salvaged()
            throws Exception {
        var attempt = namespace.awaitFailure("hungry-child", FailureClass.AGENT, "OutOfMemory");

        assertThat(attempt.message()).contains("spec.resources.limits.memory");
        assertSalvaged(attempt);
    }

    @Test
    void an_agent_that_is_killed_for_memory_itself_fails_and_its_work_is_salvaged() throws Exception {
        assertSalvaged(namespace.awaitFailure("hungry", FailureClass.AGENT, "OutOfMemory"));
    }

    @Test
    void an_agent_that_takes_process_1_with_it_for_memory_fails_and_its_work_is_salvaged() throws Exception {
        assertSalvaged(namespace.awaitFailure("hungry-everywhere", FailureClass.AGENT, "OutOfMemory"));
    }

    @Test
    void an_agent_that_fills_the_workspace_is_stopped_and_told_the_limit_and_what_fits_is_salvaged() throws Exception {
        var attempt = namespace.awaitFailure("workspace-filler", FailureClass.AGENT, "WorkspaceTooLarge");

        assertThat(attempt.message()).contains("32Mi");
        assertSalvaged(attempt);
    }

    @Test
    void an_agent_that_fills_a_directory_outside_the_workspace_fails_and_is_told_which() {
        var attempt = namespace.awaitFailure("tmp-filler", FailureClass.AGENT, "WorkspaceTooLarge");

        assertThat(attempt.message()).contains("/tmp").contains("tasks.tmpSize");
    }

    @Test
    void an_agent_that_ends_its_own_container_fails_and_its_work_is_salvaged() throws Exception {
        assertSalvaged(namespace.awaitFailure("quitter", FailureClass.AGENT, "SandboxEnded"));
    }

    @Test
    void an_agent_that_is_silent_and_does_nothing_is_stopped_and_its_work_salvaged() throws Exception {
        var attempt = namespace.awaitFailure("silent", FailureClass.AGENT, "Stalled");

        assertThat(attempt.message()).contains("10s");
        assertSalvaged(attempt);
    }

    @Test
    void an_agent_that_is_silent_and_computes_is_not_stalled() {
        assertThat(namespace.awaitFinished("silent-burner").phase()).isEqualTo(Phase.SUCCEEDED);
    }

    @Test
    void an_agent_that_is_silent_and_writes_is_not_stalled() {
        assertThat(namespace.awaitFinished("silent-writer").phase()).isEqualTo(Phase.SUCCEEDED);
    }

    private static void start(String task, String script, String more) {
        namespace.apply(task, git.small("shop", script) + more);
    }

    private static void startWithMemory(String task, String script, String memory) {
        namespace.apply(task, git.small("shop", script, "memory: " + memory));
    }

    private static void assertSalvaged(Attempt attempt) throws Exception {
        assertThat(attempt.wipRef()).as(attempt.message()).isNotEmpty();
        assertThat(git.file("shop", attempt.wipRef(), "draft")).isEqualTo("draft\n");
        assertThat(attempt.message()).contains("git fetch " + git.url("shop") + " " + attempt.wipRef());
    }
}
