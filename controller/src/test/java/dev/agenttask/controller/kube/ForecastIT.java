package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.Base;
import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Forecast;
import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.api.forecast.ForecastAnswer;
import dev.agenttask.api.forecast.ForecastPlan;
import dev.agenttask.controller.progress.TaskPublisher;
import dev.agenttask.controller.task.Labels;
import dev.agenttask.controller.task.TestTasks;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Forecasts at a real API server: their pods, what is told of them, and that nothing of them stays. */
@ExtendWith(ApiServer.class)
class ForecastIT {

    private static final Base MAIN = new Base("main", "1111111111111111111111111111111111111111");

    private ApiServer.Running server;
    private String namespace;
    private PodLogs logs;

    @BeforeEach
    void prepare(ApiServer.Running running) throws IOException {
        server = running;
        namespace = server.namespace();
        logs = new PodLogs();
    }

    @AfterEach
    void end() {
        logs.close();
    }

    @Test
    void two_results_that_conflict_are_told_on_both_tasks_and_nothing_stays() {
        try (var controller = start()) {
            deliver(controller, "one");
            assertThat(forecastPods()).isEmpty();
            deliver(controller, "two");

            var pod = awaitForecast();
            var plan = plan(pod);
            assertThat(plan.heads()).extracting(ForecastPlan.Head::task).containsExactly("one", "two");
            assertThat(plan.ref()).isEqualTo("main");
            assertThat(pod.getMetadata().getOwnerReferences())
                    .extracting(OwnerReference::getName)
                    .containsExactly("one", "two");
            logs.print("INFO done\n" + conflicting(plan).toLine() + "\n");
            controller.kubelet(pod).place().endForecast(0, "{}");

            var one = awaitCondition(controller, "one", "ConflictForecast");
            assertThat(one.status()).isEqualTo("False");
            assertThat(one.message()).contains("two in src/list", "number 1 of 2");
            assertThat(awaitCondition(controller, "two", "ConflictForecast").message())
                    .contains("one in src/list");
            var forecast = controller.get("two").getStatus().forecast();
            assertThat(forecast.conflicts())
                    .containsExactly(new Forecast.Conflict("one", "agenttask/one", List.of("src/list"), 1));
            awaitNothingLeft();
            assertThat(controller.get("one").getStatus().phase()).isEqualTo(Phase.SUCCEEDED);
            Controller.eventually(() -> assertThat(events())
                    .filteredOn(e -> e.getReason().equals("ConflictForecast"))
                    .extracting(e -> e.getType() + " " + e.getInvolvedObject().getName())
                    .containsExactlyInAnyOrder("Warning one", "Warning two"));
            assertThat(server.kubectl("", "-n", namespace, "get", "at", "-o", "wide"))
                    .contains("MERGES", "False");
            assertThat(logs.reads()).isEqualTo(1);
        }
    }

    @Test
    void a_forecast_goes_on_over_a_restart_of_the_controller_at_any_point() {
        String pod;
        try (var controller = start()) {
            deliver(controller, "one");
            deliver(controller, "two");
            pod = awaitForecast().getMetadata().getName();
        }
        // The policy and the pod are there, and nobody follows them: the next one does, with the same pod.
        try (var controller = start()) {
            assertThat(awaitForecast().getMetadata().getName()).isEqualTo(pod);
            logs.print("not the answer");
            logs.answer(500);
            controller.kubelet(controller.pod(pod)).place().endForecast(0, "{}");
            Awaitility.await().atMost(Controller.PATIENCE).until(() -> logs.reads() > 0);
        }
        logs.answer(200);
        logs.print(conflicting(plan(forecastPods().getFirst())).toLine());
        try (var controller = start()) {
            awaitCondition(controller, "one", "ConflictForecast");
            awaitCondition(controller, "two", "ConflictForecast");
            awaitNothingLeft();
        }
    }

    @Test
    void a_third_result_is_compared_with_both() {
        try (var controller = start()) {
            deliver(controller, "one");
            deliver(controller, "two");
            answer(controller);
            awaitCondition(controller, "two", "NoConflicts");

            deliver(controller, "three");
            answer(controller);

            assertThat(awaitCondition(controller, "three", "NoConflicts").message())
                    .contains("2 other results");
            Controller.eventually(() -> assertThat(
                            controller.get("one").getStatus().forecast().comparedWith())
                    .isEqualTo(2));
            awaitNothingLeft();
        }
    }

    @Test
    void a_pod_that_fails_is_deleted_and_tried_again_later_and_the_tasks_stay_succeeded() {
        try (var controller = start()) {
            deliver(controller, "one");
            deliver(controller, "two");
            var pod = awaitForecast();
            var report = StepReport.failure(FailureClass.INFRASTRUCTURE, "RepositoryUnreachable", "It is away.")
                    .toTerminationMessage();
            controller.kubelet(pod).place().endForecast(1, report);

            awaitNothingLeft();
            assertThat(controller.get("one").getStatus().phase()).isEqualTo(Phase.SUCCEEDED);
        }
        // A new controller does not know of the failure, and tries at once.
        try (var controller = start()) {
            answer(controller);
            awaitCondition(controller, "one", "NoConflicts");
        }
    }

    @Test
    void a_pod_of_that_name_that_is_somebody_elses_is_never_touched() {
        String name;
        try (var controller = start()) {
            deliver(controller, "one");
            deliver(controller, "two");
            name = awaitForecast().getMetadata().getName();
        }
        server.client()
                .pods()
                .inNamespace(namespace)
                .withName(name)
                .withGracePeriod(0)
                .delete();
        var strange = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withImage("i")
                .endContainer()
                .endSpec()
                .build();
        var uid = server.client().resource(strange).create().getMetadata().getUid();
        try (var controller = start()) {
            // What was made for the pod is taken back.
            Controller.eventually(() -> assertThat(left()).isEmpty());
            assertThat(controller.pod(name).getMetadata().getUid()).isEqualTo(uid);
            assertThat(controller.pod(name).isMarkedForDeletion()).isFalse();
        }
    }

    @Test
    void what_is_left_of_a_forecast_goes_when_its_tasks_do() {
        try (var controller = start()) {
            deliver(controller, "one");
            deliver(controller, "two");
            awaitForecast();
            server.client().resource(controller.get("one")).delete();
            server.client().resource(controller.get("two")).delete();
            // There is no kubelet that ends the pod.
            Controller.eventually(() -> assertThat(forecastPods()).allMatch(Pod::isMarkedForDeletion));
            forecastPods()
                    .forEach(pod ->
                            server.client().resource(pod).withGracePeriod(0).delete());
            Awaitility.await().atMost(Controller.PATIENCE).until(() -> left().findAny()
                    .isEmpty());
        }
    }

    private Controller start() {
        return Controller.start(server, namespace, TaskPublisher.NONE, logs);
    }

    private void deliver(Controller controller, String name) {
        var task = TestTasks.unstored();
        task.getMetadata().setName(name);
        controller.create(task);
        var report = """
                {"commit":"%s","branch":"agenttask/%s","files":1,"insertions":1,"deletions":1,\
                "base":{"ref":"main","commit":"1111111111111111111111111111111111111111"}}""".formatted("%040x".formatted(name.hashCode() & 0xffffff), name);
        controller.kubelet(controller.awaitPod(name)).place().succeed(report);
        controller.awaitPhase(name, Phase.SUCCEEDED);
    }

    /** Ends the pod of the next forecast with the answer that everything merges. */
    private void answer(Controller controller) {
        var pod = awaitForecast();
        logs.print(merging(plan(pod)).toLine());
        controller.kubelet(pod).place().endForecast(0, "{}");
    }

    private Pod awaitForecast() {
        return Awaitility.await("a forecast")
                .atMost(Controller.PATIENCE)
                .until(
                        () -> forecastPods().stream()
                                .filter(pod -> !pod.isMarkedForDeletion())
                                .filter(pod ->
                                        !"Succeeded".equals(pod.getStatus().getPhase()))
                                .toList(),
                        pods -> !pods.isEmpty())
                .getFirst();
    }

    private void awaitNothingLeft() {
        Controller.eventually(() -> assertThat(left()).isEmpty());
    }

    /** Kinds and names, and whether they are on their way out. */
    private Stream<String> left() {
        var client = server.client();
        return Stream.of(
                        forecastPods(),
                        client.secrets()
                                .inNamespace(namespace)
                                .withLabel(Labels.FORECAST)
                                .list()
                                .getItems(),
                        client.network()
                                .v1()
                                .networkPolicies()
                                .inNamespace(namespace)
                                .withLabel(Labels.FORECAST)
                                .list()
                                .getItems())
                .<HasMetadata>flatMap(List::stream)
                .map(r -> r.getKind() + " " + r.getMetadata().getName() + " " + r.isMarkedForDeletion());
    }

    private List<Pod> forecastPods() {
        return server.client()
                .pods()
                .inNamespace(namespace)
                .withLabel(Labels.FORECAST)
                .list()
                .getItems();
    }

    private ForecastPlan plan(Pod pod) {
        var secret = server.client()
                .secrets()
                .inNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .get();
        try {
            return AgentTaskJson.MAPPER.readValue(
                    Base64.getDecoder().decode(secret.getData().get(ForecastPlan.FILE)), ForecastPlan.class);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Condition awaitCondition(Controller controller, String name, String reason) {
        AgentTask task = controller.await(name, t -> t.getStatus()
                .condition(Condition.MERGES_CLEANLY)
                .filter(c -> c.reason().equals(reason))
                .isPresent());
        return task.getStatus().condition(Condition.MERGES_CLEANLY).orElseThrow();
    }

    private List<Event> events() {
        return server.client().v1().events().inNamespace(namespace).list().getItems();
    }

    private static ForecastAnswer conflicting(ForecastPlan plan) {
        return new ForecastAnswer(
                MAIN, heads(plan, 1), List.of(new ForecastAnswer.Conflict(0, 1, 1, List.of("src/list"))), 1, 1, 5);
    }

    private static ForecastAnswer merging(ForecastPlan plan) {
        return new ForecastAnswer(MAIN, heads(plan, 0), List.of(), 0, 0, 5);
    }

    private static List<ForecastAnswer.Head> heads(ForecastPlan plan, int conflicts) {
        return IntStream.range(0, plan.heads().size())
                .mapToObj(i -> {
                    var head = plan.heads().get(i);
                    return new ForecastAnswer.Head(
                            head.task(), head.branch(), head.commit(), Forecast.State.COMPARED, "", i + 1, conflicts);
                })
                .toList();
    }
}
