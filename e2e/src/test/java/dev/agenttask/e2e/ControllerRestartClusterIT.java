package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The controller that works may die at any moment. */
@Isolated
class ControllerRestartClusterIT {

    @Test
    void when_the_leader_is_killed_the_other_controller_takes_up_the_running_tasks() throws Exception {
        try (var installation = Installation.connect();
                var namespace = TestNamespace.create(installation.client(), "restart")) {
            var git = GitServer.deploy(installation, namespace);
            git.createRepository("shop");
            namespace.apply("survivor", git.task("shop", "echo begun > begun; sleep 20", "test -e begun"));
            namespace.apply("short", git.task("shop", "echo short > short; sleep 5", "test -e short"));
            namespace.awaitPhase("survivor", Phase.RUNNING);
            namespace.awaitPhase("short", Phase.RUNNING);
            var before = installation.pod("controller").getMetadata().getName();

            installation.killController();
            var killed = System.nanoTime();
            installation.awaitLeader(name -> !name.equals(before));
            var takeover = Duration.ofNanos(System.nanoTime() - killed);

            assertThat(takeover).isLessThan(Duration.ofSeconds(25));
            for (var task : new String[] {"survivor", "short"}) {
                var status = namespace.awaitFinished(task);
                assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
                assertThat(status.attempts()).as("it was not started twice").hasSize(1);
                assertThat(git.refs("shop"))
                        .containsKey("refs/heads/" + status.result().branch());
                assertThat(Duration.between(
                                status.attempts().getFirst().startedAt(),
                                status.attempts().getFirst().finishedAt()))
                        .isLessThan(Duration.ofMinutes(1));
            }
            installation.awaitReady();
        }
    }
}
