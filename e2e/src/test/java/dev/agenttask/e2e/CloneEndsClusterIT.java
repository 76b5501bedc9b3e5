package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How clones fail that are nobody's mistake, and that they are tried again. The tasks run side by side; what a user gets
 * wrong is in {@link InputProblemClusterIT}.
 */
class CloneEndsClusterIT {

    private static final String PASSWORD = "hunter2-is-secret";
    private static final String RETRY_ONCE = "retry: {infrastructure: 1, backoff: 1s}\n";
    private static final String NO_RETRY = "retry: {infrastructure: 0}\n";

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;
    private static HostileGitServer hostile;

    @BeforeAll
    static void startTasks() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "clone-end");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
        hostile = HostileGitServer.deploy(git);
        namespace.create(hostile.credential("hostile", GitServer.WRITER, git.password(GitServer.WRITER)));
        namespace.create(hostile.credential("told", GitServer.WRITER, PASSWORD));
        start("hang", hostile.url("hang", "shop"), "hostile", NO_RETRY);
        start("stop", hostile.url("stop", "shop"), "hostile", NO_RETRY);
        start("refused", hostile.closed("shop"), "told", RETRY_ONCE);
        start("unknown-host", HostileGitServer.UNKNOWN, "told", NO_RETRY);
        start("broken", hostile.url("broken", "shop"), "told", NO_RETRY);
        start("telltale", hostile.url("telltale", "shop"), "told", NO_RETRY);
        start("cut", hostile.url("cut", "shop"), "hostile", NO_RETRY);
        start("cut-once", hostile.url("cut_once", "shop"), "hostile", NO_RETRY);
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown-host", "broken", "cut"})
    void a_repository_that_cannot_be_reached_is_a_failure_of_the_infrastructure(String task) throws Exception {
        var attempt = namespace.awaitFailure(task, FailureClass.INFRASTRUCTURE, "RepositoryUnreachable");

        assertThat(attempt.durationSeconds()).isLessThan(180);
        assertNothingTold(task, namespace.status(task));
    }

    @Test
    void a_server_that_refuses_connections_is_tried_by_as_many_attempts_as_the_task_says() throws Exception {
        var status = namespace.awaitFinished("refused");

        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        assertThat(status.attempts())
                .as(Serialization.asYaml(status))
                .hasSize(2)
                .allSatisfy(attempt -> {
                    assertThat(attempt.failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
                    assertThat(attempt.reason()).isEqualTo("RepositoryUnreachable");
                    assertThat(attempt.message()).contains("refused");
                });
        assertNothingTold("refused", status);
    }

    @Test
    void a_clone_that_is_cut_in_the_middle_is_made_again_within_the_attempt() throws Exception {
        var status = namespace.awaitFinished("cut-once");

        assertThat(status.phase()).as(Serialization.asYaml(status)).isEqualTo(Phase.SUCCEEDED);
        assertThat(status.attempts()).hasSize(1);
        assertThat(git.refs("shop"))
                .containsEntry(
                        "refs/heads/" + status.result().branch(),
                        status.result().commit());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hang", "stop"})
    void a_server_that_goes_silent_is_not_waited_for_longer_than_a_minute(String task) {
        var attempt = namespace.awaitFailure(task, FailureClass.INFRASTRUCTURE, "RepositoryUnreachable");

        assertThat(attempt.message()).contains("60 s");
        assertThat(attempt.durationSeconds()).isLessThan(180);
    }

    @Test
    void a_server_that_says_the_credential_aloud_does_not_get_it_shown() throws Exception {
        assertNothingTold("telltale", namespace.awaitFinished("telltale"));
    }

    private static void start(String task, String url, String credential, String retry) {
        namespace.apply(
                task,
                git.small("shop", "echo done > done")
                                .replace("url: " + git.url("shop"), "url: " + url)
                                .replace("git-write", credential)
                        + retry);
    }

    /** Neither the password nor its form in a header is anywhere that people or programs look. */
    private static void assertNothingTold(String task, AgentTaskStatus status) throws Exception {
        var pods = namespace.client().pods().inNamespace(namespace.name());
        var said = new StringBuilder(Serialization.asYaml(status));
        said.append(namespace.events(task));
        for (var attempt : status.attempts()) {
            said.append(attempt.message());
            said.append(pods.withName(attempt.podName()).get());
            said.append(pods.withName(attempt.podName()).inContainer("clone").getLog());
        }
        var uid = namespace.task(task).get().getMetadata().getUid();
        Topics.events(installation, "agenttask.progress", uid).forEach(said::append);
        assertThat(said.toString())
                .contains(task)
                .doesNotContain(PASSWORD)
                .doesNotContain(Base64.getEncoder()
                        .encodeToString((GitServer.WRITER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
    }
}
