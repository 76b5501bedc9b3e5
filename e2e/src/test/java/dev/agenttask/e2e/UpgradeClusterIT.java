package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The chart is upgraded while tasks run. */
@Isolated
class UpgradeClusterIT {

    @Test
    void an_upgrade_of_the_chart_loses_no_running_task_and_runs_none_twice() throws Exception {
        try (var installation = Installation.connect();
                var namespace = TestNamespace.create(installation.client(), "upgrade")) {
            var git = GitServer.deploy(installation, namespace);
            git.createRepository("shop");
            namespace.apply("across", git.task("shop", "echo across > across; sleep 40", "test -e across"));
            namespace.apply("ends-meanwhile", git.task("shop", "echo short > short; sleep 10", "test -e short"));
            namespace.awaitPhase("across", Phase.RUNNING);
            namespace.awaitPhase("ends-meanwhile", Phase.RUNNING);
            var before = installation.pod("controller").getMetadata().getName();

            Release.of(installation)
                    .upgrade("controller.podAnnotations.upgraded=x" + UUID.randomUUID(), "tasks.progressInterval=9s");
            namespace.apply("after", git.task("shop", "echo after > after", "test -e after"));

            for (var task : new String[] {"across", "ends-meanwhile", "after"}) {
                var status = namespace.awaitFinished(task);
                assertThat(status.phase()).as(task).isEqualTo(Phase.SUCCEEDED);
                assertThat(status.attempts())
                        .as("%s was not started twice", task)
                        .hasSize(1);
                assertThat(git.refs("shop"))
                        .containsKey("refs/heads/" + status.result().branch());
            }
            installation.awaitReady();
            assertThat(installation.pod("controller").getMetadata().getName()).isNotEqualTo(before);
        }
    }
}
