package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The controller may die at any moment. */
class ControllerRestartClusterIT {

    @Test
    void a_controller_that_is_killed_takes_up_the_running_task_again() throws Exception {
        try (var installation = Installation.connect();
                var namespace = TestNamespace.create(installation.client(), "restart")) {
            var git = GitServer.deploy(installation, namespace);
            git.createRepository("shop");
            namespace.apply("survivor", git.task("shop", "echo begun > begun; sleep 12", "test -e begun"));
            namespace.awaitPhase("survivor", Phase.RUNNING);
            var before = installation.pod("controller").getMetadata().getUid();

            installation.killController();

            installation.awaitReady();
            var status = namespace.awaitFinished("survivor");
            assertThat(installation.pod("controller").getMetadata().getUid()).isNotEqualTo(before);
            assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
            assertThat(status.attempts()).as("it was not started twice").hasSize(1);
            assertThat(git.refs("shop"))
                    .containsKey("refs/heads/" + status.result().branch());
            assertThat(Duration.between(
                            status.attempts().getFirst().startedAt(),
                            status.attempts().getFirst().finishedAt()))
                    .isLessThan(Duration.ofMinutes(1));
        }
    }
}
