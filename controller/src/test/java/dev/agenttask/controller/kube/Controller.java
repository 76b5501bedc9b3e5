package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Phase;
import dev.agenttask.controller.config.Settings;
import dev.agenttask.controller.forecast.ForecastRules;
import dev.agenttask.controller.metrics.ApiMetrics;
import dev.agenttask.controller.metrics.Prometheus;
import dev.agenttask.controller.metrics.TaskMetrics;
import dev.agenttask.controller.pod.TestSettings;
import dev.agenttask.controller.progress.ProgressBoard;
import dev.agenttask.controller.progress.ProgressConsumer;
import dev.agenttask.controller.progress.StaleStates;
import dev.agenttask.controller.progress.TaskPublisher;
import dev.agenttask.controller.task.Labels;
import dev.agenttask.controller.task.PodPolicy;
import dev.agenttask.controller.task.QueueOrder.Slots;
import dev.agenttask.controller.task.TaskRules;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.micrometer.core.instrument.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A controller that works in one namespace of the API server of the tests, and the questions that tests ask. */
final class Controller implements AutoCloseable {

    /** How long a test waits for what takes a moment; a busy machine takes longer than one. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KubernetesClient observer;
    private final KubernetesClient client;
    private final String namespace;
    private final ProgressBoard board;
    private final ControllerRuntime runtime;
    private final List<ProgressConsumer> consumers = new ArrayList<>();
    private final Prometheus prometheus = new Prometheus(Clock.SYSTEM);

    private Controller(
            ApiServer.Running server,
            String namespace,
            Slots slots,
            TaskRules rules,
            TaskPublisher publisher,
            Interceptor network) {
        var metrics = new TaskMetrics(prometheus.registry());
        this.observer = server.client();
        this.client = server.client(
                b -> b.addOrReplaceInterceptor("requests", new ApiRequestCounter(new ApiMetrics(prometheus.registry())))
                        .addOrReplaceInterceptor("network", network));
        this.namespace = namespace;
        this.board = new ProgressBoard(rules.progressInterval());
        var settings = new Settings(
                rules,
                PodPolicy.DEFAULT,
                TestSettings.PODS,
                slots,
                Set.of(namespace),
                Optional.empty(),
                4,
                new ForecastRules(true, Duration.ofSeconds(1)),
                TestRules.lease(namespace, "alone"));
        this.runtime = new ControllerRuntime(client, settings, board, publisher, metrics, InstantSource.system());
        runtime.start();
    }

    static Controller start(ApiServer.Running server, String namespace) {
        return start(server, namespace, new Slots(10, 0));
    }

    static Controller start(ApiServer.Running server, String namespace, Slots slots) {
        return start(server, namespace, slots, TestRules.FAST, TaskPublisher.NONE);
    }

    static Controller start(
            ApiServer.Running server, String namespace, Slots slots, TaskRules rules, TaskPublisher publisher) {
        return new Controller(server, namespace, slots, rules, publisher, new Interceptor() {});
    }

    /** A controller with a network that may lose what is sent over it. */
    static Controller start(ApiServer.Running server, String namespace, TaskPublisher publisher, Interceptor network) {
        return start(server, namespace, new Slots(10, 0), publisher, network);
    }

    static Controller start(
            ApiServer.Running server, String namespace, Slots slots, TaskPublisher publisher, Interceptor network) {
        return new Controller(server, namespace, slots, TestRules.FAST, publisher, network);
    }

    ProgressBoard board() {
        return board;
    }

    /** Reads progress until the controller is closed. */
    void read(ProgressConsumer started) {
        consumers.add(started);
        started.start();
    }

    /** Which tasks are gone, as this controller knows it. */
    StaleStates.VanishedTasks vanishedTasks() {
        return runtime.vanishedTasks();
    }

    boolean ready() {
        return runtime.ready();
    }

    /** What Prometheus would read. */
    Prometheus prometheus() {
        return prometheus;
    }

    AgentTask create(AgentTask task) {
        task.getMetadata().setNamespace(namespace);
        return observer.resource(task).create();
    }

    AgentTask get(String name) {
        return observer.resources(AgentTask.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    AgentTask await(String name, Predicate<AgentTask> wanted) {
        return Awaitility.await(name)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> get(name), task -> task != null && wanted.test(task));
    }

    AgentTask awaitPhase(String name, Phase phase) {
        return await(name, task -> task.getStatus() != null && task.getStatus().phase() == phase);
    }

    AgentTask awaitReason(String name, String reason) {
        return await(
                name,
                task -> task.getStatus() != null
                        && task.getStatus()
                                .condition("Succeeded")
                                .filter(c -> c.reason().equals(reason))
                                .isPresent());
    }

    Pod awaitPod(String task) {
        return awaitPod(task, 1);
    }

    Pod awaitPod(String task, int attempt) {
        return Awaitility.await("pod of " + task)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> pods(task, attempt), pods -> !pods.isEmpty())
                .getFirst();
    }

    List<Pod> pods(String task, int attempt) {
        return observer.pods()
                .inNamespace(namespace)
                .withLabel(Labels.TASK, task)
                .withLabel(Labels.ATTEMPT, Integer.toString(attempt))
                .list()
                .getItems();
    }

    Pod pod(String name) {
        return observer.pods().inNamespace(namespace).withName(name).get();
    }

    Pod awaitPod(String name, Predicate<Pod> wanted) {
        return Awaitility.await(name)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> pod(name), pod -> pod != null && wanted.test(pod));
    }

    Kubelet kubelet(Pod pod) {
        return new Kubelet(observer, pod);
    }

    static void eventually(Runnable assertion) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(assertion::run);
    }

    @Override
    public void close() {
        consumers.forEach(ProgressConsumer::close);
        runtime.close();
        board.close();
        client.close();
    }
}
