package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Attempt.Outcome;
import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is tried again, and what the ledger of attempts in the status says. The tasks run side by side. */
class RetriesClusterIT {

    private static final String FAILS_IN_ATTEMPT_1 =
            "test ! -e half || echo seen > seen; echo $AGENTTASK_ATTEMPT > half; test $AGENTTASK_ATTEMPT != 1";

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;

    @BeforeAll
    static void startTasks() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "retry");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
        start("afresh", FAILS_IN_ATTEMPT_1, "retry: {agent: 1, backoff: 5s}\n");
        start("resumed", FAILS_IN_ATTEMPT_1, "retry: {agent: 1, backoff: 1s, resume: true}\n");
        start("hopeless", "echo $AGENTTASK_ATTEMPT > half; exit 3", "retry: {agent: 2, backoff: 1s}\n");
        namespace.apply(
                "unverified",
                git.small("shop", "test $AGENTTASK_ATTEMPT = 2 && echo good > list || echo bad > list")
                                .replace("run: \"true\"", "run: grep good list")
                        + "retry: {agent: 1, backoff: 1s}\n");
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @Test
    void an_agent_that_fails_is_tried_again_after_the_backoff_from_a_fresh_clone() throws Exception {
        var status = succeeded("afresh", 2);

        var first = status.attempts().getFirst();
        assertThat(first.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(first.failureClass()).isEqualTo(FailureClass.AGENT);
        assertThat(first.reason()).isEqualTo("AgentFailed");
        assertThat(first.durationSeconds())
                .isEqualTo(
                        Duration.between(first.startedAt(), first.finishedAt()).toSeconds());
        assertThat(git.file("shop", first.wipRef(), "half")).isEqualTo("1\n");
        var second = status.attempts().getLast();
        assertThat(Duration.between(first.finishedAt(), second.startedAt()))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(second.podName()).isNotEqualTo(first.podName());
        assertThat(files(status)).contains("half").doesNotContain("seen");
    }

    @Test
    void an_agent_that_is_to_resume_starts_from_what_the_attempt_before_it_left() throws Exception {
        var status = succeeded("resumed", 2);

        assertThat(files(status)).contains("half", "seen");
        assertThat(git.git("shop", "log", "--format=%P", "-1", status.result().branch()))
                .startsWith(status.base().commit());
    }

    @Test
    void a_change_that_fails_a_check_is_tried_again_as_often_as_an_agent() throws Exception {
        var status = succeeded("unverified", 2);

        assertThat(status.attempts().getFirst().failureClass()).isEqualTo(FailureClass.VERIFICATION);
        assertThat(TestNamespace.condition(status, Condition.VERIFIED, "True")).isTrue();
        assertThat(git.file("shop", status.result().branch(), "list")).isEqualTo("good\n");
    }

    @Test
    void an_agent_that_always_fails_is_given_up_and_each_attempt_names_its_work() throws Exception {
        var status = namespace.awaitFinished("hopeless");

        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        assertThat(status.attempts())
                .as(Serialization.asYaml(status))
                .extracting(Attempt::number)
                .containsExactly(1, 2, 3);
        for (var attempt : status.attempts()) {
            assertThat(attempt.reason()).isEqualTo("AgentFailed");
            assertThat(git.file("shop", attempt.wipRef(), "half")).isEqualTo(attempt.number() + "\n");
        }
        assertThat(status.condition(Condition.SUCCEEDED))
                .hasValueSatisfying(condition -> assertThat(condition.message())
                        .startsWith("This was failure 3 of its class, and spec.retry.agent permits 2 more attempts."));
    }

    @Test
    void the_command_in_the_message_brings_the_work_back() throws Exception {
        var status = namespace.awaitFinished("hopeless");

        var message = status.condition(Condition.SUCCEEDED).orElseThrow().message();
        var command = Pattern.compile("git fetch (\\S+) (\\S+)").matcher(message);
        assertThat(command.find()).as(message).isTrue();
        assertThat(git.fetched(command.group(1), command.group(2), "half")).isEqualTo("3\n");
    }

    private static void start(String task, String script, String more) {
        namespace.apply(task, git.small("shop", script) + more);
    }

    private static AgentTaskStatus succeeded(String task, int attempts) {
        var status = namespace.awaitFinished(task);
        assertThat(status.phase()).as(Serialization.asYaml(status)).isEqualTo(Phase.SUCCEEDED);
        assertThat(status.attempts()).hasSize(attempts);
        return status;
    }

    private static String files(AgentTaskStatus status) throws Exception {
        return git.git("shop", "ls-tree", "--name-only", status.result().branch());
    }
}
