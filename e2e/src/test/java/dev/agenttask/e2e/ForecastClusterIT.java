package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Forecast.Conflict;
import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/** Results that do not fit together, on the node. */
@Execution(CONCURRENT)
class ForecastClusterIT {

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;

    @BeforeAll
    static void deployGit() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "forecast");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @Test
    void two_results_that_edit_the_same_line_are_told_on_both_tasks_and_the_third_merges() throws Exception {
        namespace.apply("first", git.small("shop", "sed -i s/one/eins/ list"));
        namespace.apply("second", git.small("shop", "sed -i s/one/un/ list"));
        namespace.apply("apart", git.small("shop", "echo new > new"));

        // The last of them knows of all; the others may have been compared before it was there.
        var first = awaitCompared("first");
        var second = awaitCompared("second");
        var apart = awaitCompared("apart");

        assertThat(first.forecast().conflicts())
                .containsExactly(new Conflict("second", second.result().branch(), List.of("list"), 1));
        assertThat(second.forecast().conflicts())
                .containsExactly(new Conflict("first", first.result().branch(), List.of("list"), 1));
        assertThat(merges(first)).isEqualTo("False ConflictForecast");
        assertThat(merges(second)).isEqualTo("False ConflictForecast");
        assertThat(merges(apart)).isEqualTo("True NoConflicts");
        assertThat(apart.forecast().position()).isEqualTo(1);
        assertThat(Stream.of(first, second, apart)).allMatch(status -> status.phase() == Phase.SUCCEEDED);
        namespace.awaitEvent("first", "ConflictForecast");
        namespace.awaitEvent("second", "ConflictForecast");
        assertThat(git.git("shop", "rev-parse", "main"))
                .contains(first.forecast().base().commit());
        awaitNoPodLeft();

        namespace
                .client()
                .resources(AgentTask.class)
                .inNamespace(namespace.name())
                .delete();
        Awaitility.await().atMost(TestNamespace.PATIENCE).untilAsserted(() -> assertThat(left())
                .isEmpty());
    }

    private static AgentTaskStatus awaitCompared(String task) {
        return namespace.await(
                task, status -> status.forecast() != null && status.forecast().comparedWith() == 2);
    }

    private static String merges(AgentTaskStatus status) {
        var condition = status.condition(Condition.MERGES_CLEANLY).orElseThrow();
        return condition.status() + " " + condition.reason();
    }

    private static void awaitNoPodLeft() {
        Awaitility.await().atMost(TestNamespace.PATIENCE).untilAsserted(() -> assertThat(namespace
                        .client()
                        .pods()
                        .inNamespace(namespace.name())
                        .withLabel("agenttask.dev/forecast")
                        .list()
                        .getItems())
                .isEmpty());
    }

    private static List<String> left() {
        var client = namespace.client();
        return Stream.of(
                        client.pods().inNamespace(namespace.name()),
                        client.secrets().inNamespace(namespace.name()),
                        client.network().v1().networkPolicies().inNamespace(namespace.name()))
                .flatMap(kind -> kind.withLabel("app.kubernetes.io/managed-by", "agenttask").list().getItems().stream())
                .map(HasMetadata.class::cast)
                .map(resource ->
                        resource.getKind() + " " + resource.getMetadata().getName())
                .toList();
    }
}
