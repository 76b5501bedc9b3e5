package dev.agenttask.controller.kube;

import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.api.forecast.ForecastPlan;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Plays the scheduler and the kubelet for one pod: gives it a node, runs its steps, and ends it. */
final class Kubelet {

    static final String PASSED = """
            {"commit":"2222222222222222222222222222222222222222","branch":"agenttask/fix","verdict":"Passed",\
            "checks":[{"exit":0,"millis":1200}],"files":3,"insertions":40,"deletions":2,\
            "base":{"ref":"main","commit":"1111111111111111111111111111111111111111"}}""";

    private final KubernetesClient client;
    private final String namespace;
    private final String name;

    Kubelet(KubernetesClient client, Pod pod) {
        this.client = client;
        this.namespace = pod.getMetadata().getNamespace();
        this.name = pod.getMetadata().getName();
    }

    /** Gives the pod a node. */
    Kubelet place() {
        client.raw(
                "/api/v1/namespaces/" + namespace + "/pods/" + name + "/binding",
                "POST",
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Binding",
                        "metadata",
                        Map.of("name", name),
                        "target",
                        Map.of("apiVersion", "v1", "kind", "Node", "name", "node-1")));
        return this;
    }

    /** Has a step run, and those before it ended well. */
    Kubelet run(String step) {
        return status("Pending", container -> {
            var order = List.of(PodLayout.CLONE, PodLayout.AGENT, PodLayout.VERIFY, PodLayout.DELIVER);
            if (container.equals(PodLayout.WORKER) || container.equals(step)) {
                return running(container);
            }
            return order.indexOf(container) < order.indexOf(step)
                    ? ended(container, 0, "Completed", "")
                    : waiting(container, "PodInitializing", "");
        });
    }

    /** Has a container wait for a reason. */
    Kubelet hold(String held, String reason, String message) {
        return status(
                "Pending",
                container -> container.equals(held)
                        ? waiting(container, reason, message)
                        : waiting(container, "PodInitializing", ""));
    }

    /** Ends the pod well, with the report of deliver. */
    Kubelet succeed(String report) {
        return status(
                "Succeeded",
                container -> ended(container, 0, "Completed", container.equals(PodLayout.DELIVER) ? report : ""));
    }

    /** Ends the pod because the agent ended so. */
    Kubelet failAgent(int exitCode, String workerReport) {
        return status("Failed", container -> switch (container) {
            case PodLayout.CLONE -> ended(container, 0, "Completed", "");
            case PodLayout.AGENT -> ended(container, exitCode, "Error", "not to be believed");
            case PodLayout.WORKER -> ended(container, 0, "Completed", workerReport);
            default -> waiting(container, "PodInitializing", "");
        });
    }

    /** Ends the pod of a forecast. */
    Kubelet endForecast(int exitCode, String message) {
        UnaryOperator<Pod> change = pod -> {
            pod.getStatus().setPhase(exitCode == 0 ? "Succeeded" : "Failed");
            pod.getStatus()
                    .setContainerStatuses(List.of(
                            ended(ForecastPlan.ROLE, exitCode, exitCode == 0 ? "Completed" : "Error", message)));
            return pod;
        };
        client.pods()
                .inNamespace(namespace)
                .withName(name)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        change.apply(client.pods()
                                .inNamespace(namespace)
                                .withName(name)
                                .get()));
        return this;
    }

    private Kubelet status(String phase, Function<String, ContainerStatus> container) {
        var pod = client.pods().inNamespace(namespace).withName(name).get();
        var init = new ArrayList<ContainerStatus>();
        pod.getSpec().getInitContainers().forEach(c -> init.add(container.apply(c.getName())));
        UnaryOperator<Pod> change = p -> {
            p.getStatus().setPhase(phase);
            p.getStatus().setStartTime(now());
            p.getStatus().setInitContainerStatuses(init);
            p.getStatus().setContainerStatuses(List.of(container.apply(PodLayout.DELIVER)));
            return p;
        };
        client.pods()
                .inNamespace(namespace)
                .withName(name)
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), change.apply(pod));
        return this;
    }

    private static ContainerStatus running(String name) {
        return named(name)
                .withState(new ContainerStateBuilder().withNewRunning(now()).build())
                .withStarted(true)
                .build();
    }

    private static ContainerStatus waiting(String name, String reason, String message) {
        return named(name)
                .withState(new ContainerStateBuilder()
                        .withNewWaiting(message, reason)
                        .build())
                .build();
    }

    private static ContainerStatus ended(String name, int exitCode, String reason, String message) {
        return named(name)
                .withState(new ContainerStateBuilder()
                        .withNewTerminated()
                        .withExitCode(exitCode)
                        .withReason(reason)
                        .withMessage(message)
                        .withStartedAt(now())
                        .withFinishedAt(now())
                        .endTerminated()
                        .build())
                .build();
    }

    private static ContainerStatusBuilder named(String name) {
        return new ContainerStatusBuilder()
                .withName(name)
                .withImage("image")
                .withImageID("image")
                .withReady(false)
                .withRestartCount(0);
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
