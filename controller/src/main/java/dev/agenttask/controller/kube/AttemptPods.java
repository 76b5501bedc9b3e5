package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.controller.task.ObservedPod;
import dev.agenttask.controller.task.PodReader;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the pods of a task. The cache may lag behind, or have lost a pod whose labels someone changed: that a pod which
 * should run is gone is believed only of the API server itself.
 */
final class AttemptPods {

    private final KubernetesClient client;

    AttemptPods(KubernetesClient client) {
        this.client = client;
    }

    /**
     * The pods that the task owns.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server had to be asked and does not
     *     answer
     */
    List<ObservedPod> of(AgentTask task, Collection<Pod> cached) {
        var uid = task.getMetadata().getUid();
        var own = cached.stream()
                .filter(p -> PodReader.belongsTo(p, uid))
                .map(PodReader::read)
                .toList();
        var missing = running(task).filter(a -> own.stream().noneMatch(p -> p.attempt() == a.number()));
        return Stream.concat(own.stream(), missing.flatMap(a -> look(task, a)).stream())
                .toList();
    }

    private Optional<ObservedPod> look(AgentTask task, Attempt attempt) {
        var namespace = task.getMetadata().getNamespace();
        var pod =
                client.pods().inNamespace(namespace).withName(attempt.podName()).get();
        return Optional.ofNullable(pod)
                .filter(p -> PodReader.controlledBy(p, task.getMetadata().getUid()))
                .map(p -> PodReader.read(p, attempt.number()));
    }

    private static Optional<Attempt> running(AgentTask task) {
        return Optional.ofNullable(task.getStatus())
                .flatMap(AgentTaskStatus::latestAttempt)
                .filter(a -> !a.finished());
    }
}
