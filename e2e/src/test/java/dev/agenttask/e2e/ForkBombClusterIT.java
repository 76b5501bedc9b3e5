package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** An agent that takes all the CPU that there is, so that nothing else runs beside it. */
@Isolated
class ForkBombClusterIT {

    @Test
    void an_agent_that_forks_for_ever_is_stopped_at_the_deadline_and_its_work_salvaged() throws Exception {
        try (var installation = Installation.connect();
                var namespace = TestNamespace.create(installation.client(), "fork-bomb")) {
            var git = GitServer.deploy(installation, namespace);
            git.createRepository("shop");

            namespace.apply(
                    "bomb",
                    git.small("shop", "echo draft > draft; bomb() { bomb | bomb & }; bomb & exec sleep 600")
                            + "limits: {deadline: 30s}");

            var attempt = namespace.awaitFailure("bomb", FailureClass.AGENT, "DeadlineExceeded");
            assertThat(git.file("shop", attempt.wipRef(), "draft")).isEqualTo("draft\n");
        }
    }
}
