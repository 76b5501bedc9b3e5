package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.Isolated;

/** Pods that cannot start: whoever looks is told soon. Alone, as the time is measured. */
@Isolated
@Execution(CONCURRENT)
class UnstartableClusterIT {

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;

    @BeforeAll
    static void deployGit() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "unstartable");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @Test
    void an_image_that_does_not_exist_is_named_within_15_seconds() {
        namespace.apply(
                "no-image",
                git.task("shop", "true", "true")
                        .replace("type: command", "type: command\n  image: localhost/no/such:image"));

        assertNamedInTime("no-image", status -> status.conditions().stream()
                .anyMatch(c -> c.message().contains("localhost/no/such:image")));
    }

    @Test
    void a_pod_that_no_node_can_take_is_named_within_15_seconds() {
        namespace.apply("homeless", git.task("shop", "true", "true") + "pod: {nodeSelector: {no-such-label: here}}\n");

        assertNamedInTime("homeless", status -> status.condition(Condition.SUCCEEDED)
                .filter(c -> c.reason().equals("Unschedulable"))
                .isPresent());
    }

    private static void assertNamedInTime(String task, Predicate<AgentTaskStatus> named) {
        namespace.await(task, status -> status.latestAttempt().isPresent());
        var status = namespace.await(task, Duration.ofSeconds(15), named);
        assertThat(status.phase().terminal()).isFalse();
        namespace.patch(task, "{\"spec\": {\"cancel\": true}}");
        assertThat(namespace.awaitFinished(task).phase()).isEqualTo(Phase.CANCELLED);
    }
}
