package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.api.batch.AgentTaskBatchStatus;
import dev.agenttask.api.batch.BatchPhase;
import dev.agenttask.api.batch.BatchProblem;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/** Many tasks from one template, on the node. */
@Execution(CONCURRENT)
class BatchClusterIT {

    private static final String SCRIPT = "echo {{word}} >> list; test {{word}} != wrong";

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;

    @BeforeAll
    static void deployGit() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "batch");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @Test
    void a_batch_delivers_a_branch_for_each_good_item_and_tells_which_failed_and_why() throws Exception {
        apply("words", List.of("canary", "two", "wrong", "four"), "canary: 1");

        var first = await("words", status -> status.phase() == BatchPhase.CANARY && status.active() > 0);
        assertThat(first.waiting()).isEqualTo(3);
        var status =
                await("words", found -> found.phase() != null && found.phase().terminal());

        assertThat(status.phase()).as(Serialization.asYaml(status)).isEqualTo(BatchPhase.FAILED);
        assertThat(status.succeededItems()).isEqualTo("0-1,3");
        assertThat(status.reasons()).containsExactly(entry("AgentFailed", 1));
        assertThat(status.problems()).extracting(BatchProblem::item).containsExactly("i2");
        assertThat(status.condition(Condition.SUCCEEDED).orElseThrow().message())
                .contains("3 of 4 tasks succeeded, 1 failed", "i2: AgentFailed");
        for (var item : List.of("words-i0", "words-i1", "words-i3")) {
            var task = namespace.status(item);
            assertThat(task.phase()).isEqualTo(Phase.SUCCEEDED);
            assertThat(git.refs("shop"))
                    .containsKey("refs/heads/" + task.result().branch());
        }
    }

    @Test
    void a_batch_whose_canary_fails_starts_nothing_else() {
        apply("doomed", List.of("wrong", "two", "three"), "canary: 1");

        var status =
                await("doomed", found -> found.phase() != null && found.phase().terminal());

        assertThat(status.condition(Condition.SUCCEEDED).orElseThrow().reason()).isEqualTo("CanaryFailed");
        assertThat(status.waiting()).isEqualTo(2);
        assertThat(tasks("doomed")).hasSize(1);
    }

    @Test
    void a_batch_that_is_deleted_takes_its_running_tasks_with_it_and_their_work_is_salvaged() throws Exception {
        apply("unwanted", List.of("one; echo begun > begun; sleep 600; echo", "two; sleep 600; echo"), "");
        AttemptPod.atWork(installation, namespace, "unwanted-i0", 1);
        var uid = namespace.task("unwanted-i0").get().getMetadata().getUid();

        batch("unwanted").delete();

        namespace.task("unwanted-i0").waitUntilCondition(task -> task == null, 5, TimeUnit.MINUTES);
        namespace.task("unwanted-i1").waitUntilCondition(task -> task == null, 5, TimeUnit.MINUTES);
        assertThat(git.file("shop", "refs/agenttask/wip/unwanted-i0-" + uid.substring(0, 5) + "/1", "begun"))
                .isEqualTo("begun\n");
    }

    private static void apply(String name, List<String> words, String more) {
        var task = git.small("shop", SCRIPT);
        var items = IntStream.range(0, words.size())
                .mapToObj(i -> "- {name: i%d, parameters: {word: \"%s\"}}\n".formatted(i, words.get(i)))
                .collect(Collectors.joining());
        var yaml = """
                apiVersion: agenttask.dev/v1alpha1
                kind: AgentTaskBatch
                metadata: {name: %s}
                spec:
                  template:
                    spec:
                %s  items:
                %s%s""".formatted(name, task.indent(6), items.indent(2), more.indent(2));
        namespace.create(Serialization.unmarshal(yaml, AgentTaskBatch.class));
    }

    private static Resource<AgentTaskBatch> batch(String name) {
        return namespace
                .client()
                .resources(AgentTaskBatch.class)
                .inNamespace(namespace.name())
                .withName(name);
    }

    private static AgentTaskBatchStatus await(String name, Predicate<AgentTaskBatchStatus> wanted) {
        return batch(name)
                .waitUntilCondition(
                        found -> found != null && found.getStatus() != null && wanted.test(found.getStatus()),
                        TestNamespace.PATIENCE.toSeconds(),
                        TimeUnit.SECONDS)
                .getStatus();
    }

    private static List<AgentTask> tasks(String batch) {
        return namespace
                .client()
                .resources(AgentTask.class)
                .inNamespace(namespace.name())
                .withLabel("agenttask.dev/batch", batch)
                .list()
                .getItems();
    }
}
