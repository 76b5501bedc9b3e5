package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.agenttask.api.Attempt.Outcome;
import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.VerificationResult.CommandResult;
import dev.agenttask.api.VerificationResult.Verdict;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/** How tasks end, as status, git and the object's events tell it. */
@Execution(CONCURRENT)
class OutcomeClusterIT {

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;

    @BeforeAll
    static void deployGit() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "outcome");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @Test
    void a_good_change_is_verified_and_delivered_as_a_branch() throws Exception {
        var task =
                namespace.apply("good-change", git.task("shop", "echo three >> list; echo done", "grep -q three list"));

        var status = namespace.awaitFinished("good-change");

        assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
        for (var type : new String[] {
            Condition.SUCCEEDED, Condition.FINISHED, Condition.ADMITTED, Condition.VERIFIED, Condition.DELIVERED
        }) {
            assertThat(TestNamespace.condition(status, type, "True")).as(type).isTrue();
        }
        var branch = "agenttask/good-change-" + task.getMetadata().getUid().substring(0, 5);
        assertThat(status.result().branch()).isEqualTo(branch);
        assertThat(status.verification().verdict()).isEqualTo(Verdict.PASSED);
        assertThat(status.verification().commit()).isEqualTo(status.result().commit());
        assertThat(git.refs("shop"))
                .containsEntry("refs/heads/" + branch, status.result().commit());
        assertThat(git.git(
                        "shop",
                        "show",
                        "--format=%P%n%B",
                        "--unified=0",
                        status.result().commit()))
                .startsWith(status.base().commit())
                .contains("AgentTask: " + namespace.name() + "/good-change")
                .contains("AgentTask-UID: " + task.getMetadata().getUid())
                .contains("+three");
        namespace.awaitEvent("good-change", "Succeeded");
    }

    @Test
    void a_change_that_breaks_a_check_fails_and_is_kept_outside_the_branches() throws Exception {
        namespace.apply("bad-change", git.task("shop", "mv list other", "test -e list"));

        var status = namespace.awaitFinished("bad-change");

        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        var attempt = status.latestAttempt().orElseThrow();
        assertThat(attempt.failureClass()).isEqualTo(FailureClass.VERIFICATION);
        assertThat(attempt.reason()).isEqualTo("VerificationFailed");
        assertThat(attempt.message()).contains("'test' exited with code 1");
        assertThat(status.verification().commands())
                .extracting(CommandResult::name, CommandResult::exitCode)
                .containsExactly(tuple("test", 1));
        assertThat(TestNamespace.condition(status, Condition.VERIFIED, "False")).isTrue();
        assertThat(git.refs("shop")).containsKey(attempt.wipRef());
        assertThat(git.refs("shop").keySet()).noneMatch(ref -> ref.startsWith("refs/heads/agenttask/bad-change"));
    }

    @Test
    void an_agent_that_does_not_end_is_stopped_at_the_deadline_and_its_work_salvaged() throws Exception {
        namespace.apply(
                "endless",
                git.task("shop", "echo half > unfinished; sleep 3600", "true") + "limits: {deadline: 60s}\n");

        var status = namespace.awaitFinished("endless");

        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        var attempt = status.latestAttempt().orElseThrow();
        assertThat(attempt.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(attempt.failureClass()).isEqualTo(FailureClass.AGENT);
        assertThat(attempt.reason()).isEqualTo("DeadlineExceeded");
        assertThat(git.git("shop", "show", attempt.wipRef() + ":unfinished")).isEqualTo("half\n");
        assertThat(status.condition(Condition.SUCCEEDED).orElseThrow().message())
                .contains("git fetch");
    }

    @Test
    void an_agent_that_changes_nothing_fails_with_no_change() {
        namespace.apply("idle", git.task("shop", "echo nothing to do", "true"));

        var attempt = namespace.awaitFailure("idle", FailureClass.AGENT, "NoChange");

        assertThat(attempt.message()).contains("nothing to do");
        assertThat(attempt.wipRef()).isEmpty();
    }

    @Test
    void an_agent_that_exits_with_an_error_fails_and_its_work_is_salvaged() throws Exception {
        namespace.apply("broken-agent", git.task("shop", "echo draft > draft; exit 3", "true"));

        var attempt = namespace.awaitFailure("broken-agent", FailureClass.AGENT, "AgentFailed");

        assertThat(attempt.message()).contains("code 3");
        assertThat(git.git("shop", "show", attempt.wipRef() + ":draft")).isEqualTo("draft\n");
    }

    @Test
    void a_cancelled_task_stops_and_its_work_is_salvaged() throws Exception {
        namespace.apply("unwanted", git.task("shop", "echo begun > begun; sleep 3600", "true"));
        AttemptPod.atWork(installation, namespace, "unwanted", 1);

        namespace.patch("unwanted", "{\"spec\": {\"cancel\": true}}");
        var status = namespace.awaitFinished("unwanted");

        assertThat(status.phase()).isEqualTo(Phase.CANCELLED);
        assertThat(git.git("shop", "show", status.latestAttempt().orElseThrow().wipRef() + ":begun"))
                .isEqualTo("begun\n");
    }

    @Test
    void two_tasks_on_one_repository_run_at_once_and_do_not_see_each_other() throws Exception {
        var wait = AttemptPod.WORK_AND_WAIT;
        namespace.apply("left", git.task("shop", "echo left > mine; " + wait + "test ! -e yours", "test ! -e yours"));
        namespace.apply("right", git.task("shop", "echo right > yours; " + wait + "test ! -e mine", "test ! -e mine"));
        var atWork = List.of(
                AttemptPod.atWork(installation, namespace, "left", 1),
                AttemptPod.atWork(installation, namespace, "right", 1));
        for (var pod : atWork) {
            pod.release();
        }

        var left = namespace.awaitFinished("left");
        var right = namespace.awaitFinished("right");

        assertThat(left.phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(right.phase()).isEqualTo(Phase.SUCCEEDED);
        var first = left.latestAttempt().orElseThrow();
        var second = right.latestAttempt().orElseThrow();
        assertThat(first.startedAt()).isBefore(second.finishedAt());
        assertThat(second.startedAt()).isBefore(first.finishedAt());
        assertThat(git.refs("shop"))
                .containsKeys(
                        "refs/heads/" + left.result().branch(),
                        "refs/heads/" + right.result().branch());
    }
}
