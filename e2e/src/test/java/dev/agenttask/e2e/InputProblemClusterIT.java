package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/** What a user gets wrong, and what the task says about it. */
@Execution(CONCURRENT)
class InputProblemClusterIT {

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;

    @BeforeAll
    static void deployGit() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "input");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @Test
    void a_repository_that_does_not_exist_fails_the_task_and_names_the_url() {
        namespace.apply("wrong-url", git.task("nowhere", "true", "true"));

        var attempt = namespace.awaitFailure("wrong-url", FailureClass.TASK, "RepositoryNotFound");

        assertThat(attempt.message()).contains(git.url("nowhere"));
    }

    @Test
    void a_ref_that_does_not_exist_fails_the_task_and_names_those_that_do() {
        namespace.apply("wrong-ref", git.task("shop", "true", "true").replace("ref: main", "ref: trunk"));

        var attempt = namespace.awaitFailure("wrong-ref", FailureClass.TASK, "RefNotFound");

        assertThat(attempt.message()).contains("trunk").contains("main");
    }

    @Test
    void a_wrong_password_fails_the_task_and_is_shown_nowhere() {
        namespace.create(git.credential("wrong-password", "writer", "hunter2-is-wrong"));
        namespace.apply(
                "wrong-password",
                git.task("shop", "true", "true")
                        .replace("credentialsSecret: git-write", "credentialsSecret: wrong-password"));

        var attempt = namespace.awaitFailure("wrong-password", FailureClass.TASK, "AuthenticationFailed");

        assertThat(attempt.message()).contains("wrong-password").doesNotContain("hunter2-is-wrong");
        var pod = namespace.client().pods().inNamespace(namespace.name()).withName(attempt.podName());
        assertThat(pod.inContainer("clone").getLog()).doesNotContain("hunter2-is-wrong");
        assertThat(namespace.events("wrong-password").toString()).doesNotContain("hunter2-is-wrong");
        assertThat(pod.get().toString()).doesNotContain("hunter2-is-wrong");
    }

    @Test
    void a_secret_that_is_missing_is_named_and_the_task_goes_on_when_it_appears() {
        namespace.apply(
                "late-secret",
                git.task("shop", "echo x > x", "true")
                        .replace("credentialsSecret: git-write", "credentialsSecret: late"));
        var waiting = namespace.await("late-secret", status -> status.condition(Condition.ADMITTED)
                .filter(c -> c.reason().equals("SecretNotFound"))
                .isPresent());
        assertThat(waiting.phase()).isEqualTo(Phase.PENDING);
        assertThat(waiting.condition(Condition.ADMITTED).orElseThrow().message())
                .contains("late");

        namespace.create(git.credential("late", GitServer.WRITER, git.password(GitServer.WRITER)));

        assertThat(namespace.awaitFinished("late-secret").phase()).isEqualTo(Phase.SUCCEEDED);
    }

    @Test
    void a_credential_is_not_sent_to_a_host_that_it_does_not_name() {
        var elsewhere = git.credential("elsewhere", GitServer.WRITER, git.password(GitServer.WRITER));
        elsewhere.getMetadata().getAnnotations().put("agenttask.dev/hosts", "git.example.com");
        namespace.create(elsewhere);
        namespace.apply(
                "elsewhere",
                git.task("shop", "true", "true")
                        .replace("credentialsSecret: git-write", "credentialsSecret: elsewhere"));

        var status = namespace.awaitFinished("elsewhere");

        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        assertThat(status.condition(Condition.SUCCEEDED).orElseThrow())
                .satisfies(c -> assertThat(c.reason()).isEqualTo("CredentialNotForHost"))
                .satisfies(c -> assertThat(c.message()).contains("agenttask.dev/hosts"));
    }
}
