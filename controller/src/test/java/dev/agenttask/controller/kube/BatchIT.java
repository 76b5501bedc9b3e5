package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.api.batch.AgentTaskBatchStatus;
import dev.agenttask.api.batch.BatchPhase;
import dev.agenttask.controller.batch.TestBatches;
import dev.agenttask.controller.task.Labels;
import dev.agenttask.controller.task.TestTasks;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches at a real API server. Of garbage collection there is none. */
@ExtendWith(ApiServer.class)
class BatchIT {

    private ApiServer.Running server;
    private String namespace;

    @BeforeEach
    void prepare(ApiServer.Running running) {
        server = running;
        namespace = server.namespace();
    }

    @Test
    void a_batch_goes_from_its_canary_through_its_tasks_to_its_end_over_a_restart_of_the_controller() {
        try (var controller = Controller.start(server, namespace)) {
            assertThat(apply(items(3), "canary: 1\nparallelism: 2")).contains("created");
            await(s -> s.phase() == BatchPhase.CANARY && s.active() == 1);
            assertThat(tasks()).extracting(t -> t.getMetadata().getName()).containsExactly("tidy-i0");
            succeed(controller, "tidy-i0");
            await(s -> s.active() == 2);
        }
        var first = tasks().getFirst();
        assertThat(first.getSpec().prompt()).isEqualTo("Tidy m0.");
        assertThat(first.getMetadata().getLabels())
                .containsEntry("team", "a")
                .containsEntry("module", "m0")
                .containsEntry(Labels.BATCH, "tidy")
                .containsEntry(Labels.ITEM, "i0");
        assertThat(first.getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getKind()).isEqualTo("AgentTaskBatch"));
        try (var controller = Controller.start(server, namespace)) {
            succeed(controller, "tidy-i1");
            fail(controller, "tidy-i2");

            var status = await(s -> s.phase() != null && s.phase().terminal());

            assertThat(status.phase()).isEqualTo(BatchPhase.FAILED);
            assertThat(status.succeededItems()).isEqualTo("0-1");
            assertThat(status.failedItems()).isEqualTo("2");
            assertThat(status.condition(Condition.SUCCEEDED).orElseThrow().message())
                    .contains("2 of 3 tasks succeeded", "i2: AgentFailed");
            assertThat(status.condition(AgentTaskBatchStatus.CANARY_PASSED)
                            .orElseThrow()
                            .status())
                    .isEqualTo("True");
            assertThat(server.kubectl("", "-n", namespace, "get", "atb")).contains("Failed", "2", "1");
            Controller.eventually(() -> assertThat(server.kubectl("", "-n", namespace, "get", "events"))
                    .contains("CanaryPassed", "ItemsFailed"));
        }
    }

    @Test
    void a_task_that_the_schema_of_tasks_refuses_is_named_before_anything_is_started() {
        try (var _ = Controller.start(server, namespace)) {
            apply(
                    "{name: good, parameters: {module: m}},"
                            + " {name: bad, parameters: {module: m}, overrides: {priority: high, modle: gpt}}",
                    "");

            var status = await(s -> s.phase() == BatchPhase.FAILED);

            assertThat(tasks()).isEmpty();
            assertThat(status.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.item()).isEqualTo("bad");
                assertThat(problem.message()).contains("modle");
            });
        }
    }

    @Test
    void a_parameter_alone_in_a_field_that_is_a_number_is_one_to_the_api_server() {
        try (var _ = Controller.start(server, namespace)) {
            apply("{name: a, parameters: {module: m, rank: \"7\"}, overrides: {priority: \"{{rank}}\"}}", "");

            await(s -> s.active() == 1);

            assertThat(tasks().getFirst().getSpec().priority()).isEqualTo(7);
        }
    }

    @Test
    void a_task_of_somebody_else_is_not_taken_for_one_of_the_batch() {
        var strange = TestTasks.unstored("suspend: true");
        strange.getMetadata().setName("tidy-i0");
        strange.getMetadata().setNamespace(namespace);
        server.client().resource(strange).create();
        try (var controller = Controller.start(server, namespace)) {
            apply(items(1), "");

            var status = await(s -> s.phase() == BatchPhase.FAILED);

            assertThat(status.reasons()).containsOnlyKeys("TaskNameTaken");
            assertThat(controller.get("tidy-i0").getSpec().suspend()).isTrue();
        }
    }

    @Test
    void suspending_holds_the_tasks_and_cancelling_ends_them() {
        try (var _ = Controller.start(server, namespace)) {
            apply(items(2), "");
            await(s -> s.active() == 2);

            change("suspend", true);
            await(s -> s.phase() == BatchPhase.SUSPENDED);
            Controller.eventually(
                    () -> assertThat(tasks()).allMatch(task -> task.getSpec().suspend()));
            change("suspend", false);
            Controller.eventually(
                    () -> assertThat(tasks()).noneMatch(task -> task.getSpec().suspend()));
            change("cancel", true);
            Controller.eventually(
                    () -> assertThat(tasks()).allMatch(task -> task.getSpec().cancel()));

            var status = await(s -> s.phase() != null && s.phase().terminal());

            assertThat(status.phase()).isEqualTo(BatchPhase.CANCELLED);
            assertThat(status.cancelled()).isEqualTo(2);
        }
    }

    @Test
    void a_task_that_somebody_deletes_counts_as_cancelled() {
        try (var controller = Controller.start(server, namespace)) {
            apply(items(2), "parallelism: 1");
            await(s -> s.active() == 1);
            server.client().resource(controller.get("tidy-i0")).delete();

            var status = await(s -> s.cancelled() == 1);

            assertThat(status.reasons()).containsOnlyKeys("Deleted");
            controller.awaitPod("tidy-i1");
        }
    }

    @Test
    void a_thousand_items_with_parameters_of_usual_length_fit_and_one_more_is_refused_with_the_way_out() {
        assertThat(apply(items(1001), "")).contains("spec.items", "split them over several AgentTaskBatches");
        assertThat(apply(items(1000), "suspend: true")).contains("created");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            prompt: Tidy {{module}}. | prompt: Break {{module}}. | spec.template
            module: m0               | module: other             | spec.items
            canary: 1                | canary: 2                 | spec.canary
            """)
    void what_a_batch_is_about_never_changes(String before, String after, String field) {
        var yaml = TestBatches.yaml("tidy", items(2), "canary: 1\nsuspend: true");
        assertThat(kubectl(yaml)).contains("created");
        assertThat(kubectl(yaml.replace(before, after))).contains(field, "is immutable");
    }

    @Test
    void how_a_batch_is_worked_through_may_change() {
        assertThat(apply(items(1), "suspend: true")).contains("created");
        assertThat(apply(items(1), "suspend: true\nparallelism: 3\nmaxFailures: 2\nttlSecondsAfterFinished: 9"))
                .contains("configured");
    }

    private static String items(int count) {
        return IntStream.range(0, count)
                .mapToObj("{name: i%1$d, parameters: {module: m%1$d}}"::formatted)
                .collect(Collectors.joining(",\n    "));
    }

    private String apply(String items, String more) {
        return kubectl(TestBatches.yaml("tidy", items, more));
    }

    private String kubectl(String yaml) {
        return server.kubectl(yaml, "-n", namespace, "apply", "--server-side", "--validate=strict", "-f", "-")
                .replace("serverside-applied", "created configured");
    }

    private void change(String field, boolean value) {
        server.kubectl(
                "",
                "-n",
                namespace,
                "patch",
                "atb",
                "tidy",
                "--type=merge",
                "-p",
                "{\"spec\":{\"" + field + "\":" + value + "}}");
    }

    private AgentTaskBatchStatus await(Predicate<AgentTaskBatchStatus> wanted) {
        return Awaitility.await()
                .atMost(Controller.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(this::status, wanted);
    }

    private AgentTaskBatchStatus status() {
        var batch = server.client()
                .resources(AgentTaskBatch.class)
                .inNamespace(namespace)
                .withName("tidy")
                .get();
        return batch.getStatus() == null ? AgentTaskBatchStatus.NONE : batch.getStatus();
    }

    private List<AgentTask> tasks() {
        return server.client()
                .resources(AgentTask.class)
                .inNamespace(namespace)
                .withLabel(Labels.BATCH, "tidy")
                .list()
                .getItems();
    }

    private static void succeed(Controller controller, String task) {
        controller.kubelet(controller.awaitPod(task)).place().succeed(Kubelet.PASSED);
        controller.awaitPhase(task, Phase.SUCCEEDED);
    }

    private static void fail(Controller controller, String task) {
        controller.kubelet(controller.awaitPod(task)).place().failAgent(70, """
                {"message":"exit code 3"}""");
        controller.awaitPhase(task, Phase.FAILED);
    }
}
