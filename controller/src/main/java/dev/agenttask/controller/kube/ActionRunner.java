package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.controller.task.Action;
import dev.agenttask.controller.task.Inputs;
import dev.agenttask.controller.task.Labels;
import dev.agenttask.controller.task.PodReader;
import dev.agenttask.controller.task.Stop;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Does what was decided. Whatever was done before is done again without harm. */
final class ActionRunner {

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;
    private final TaskEvents events;
    private final AttemptStarter starter;
    private final Finalizers finalizers;

    ActionRunner(KubernetesClient client, TaskEvents events, AttemptStarter starter) {
        this.client = client;
        this.events = events;
        this.starter = starter;
        this.finalizers = new Finalizers(client);
    }

    /**
     * Does one thing.
     *
     * @param createPod makes a pod in a way that the cache of pods knows it at once
     * @return why an attempt could not be started; empty if it could, and for every other action
     * @throws KubernetesClientException if the API server does not answer or refuses
     */
    Optional<Inputs> run(AgentTask task, Action action, UnaryOperator<Pod> createPod) {
        var namespace = task.getMetadata().getNamespace();
        switch (action) {
            case Action.StartAttempt start -> {
                return starter.start(task, start.number(), start.prompt(), createPod);
            }
            case Action.StopPod stop -> patch(namespace, stop.pod(), stopping(stop.stop()));
            case Action.DeletePod delete -> delete(namespace, delete);
            case Action.ReleaseAttempt release -> release(namespace, release.pod());
            // One of the same name that was created since is not deleted.
            case Action.DeleteTask delete ->
                client.resource(task)
                        .lockResourceVersion(task.getMetadata().getResourceVersion())
                        .delete();
            case Action.FinishDeletion finish -> {
                // the reconciler lets go of the task
            }
        }
        return Optional.empty();
    }

    /** Lets a pod go. */
    void letGo(Pod pod) {
        finalizers.take(Labels.OUTCOME_FINALIZER, pod);
    }

    private void release(String namespace, String name) {
        client.secrets().inNamespace(namespace).withName(name).delete();
        var pod = events.pod(namespace, name)
                .or(() -> Optional.ofNullable(
                        client.pods().inNamespace(namespace).withName(name).get()));
        // A pod that was given up may run on: its policy stays around it, until OrphanSweep finds it gone.
        if (pod.map(p -> PodReader.read(p, 0)).filter(p -> !p.stopped()).isEmpty()) {
            client.network()
                    .v1()
                    .networkPolicies()
                    .inNamespace(namespace)
                    .withName(name)
                    .delete();
        }
        pod.ifPresent(this::letGo);
    }

    private void delete(String namespace, Action.DeletePod delete) {
        patch(namespace, delete.pod(), annotated(delete.stop()));
        client.pods().inNamespace(namespace).withName(delete.pod()).delete();
    }

    /** One second is the shortest deadline: the kubelet ends the pod with its full grace and keeps its statuses. */
    private static Map<String, Object> stopping(Stop stop) {
        return Map.of(
                "metadata", Map.of("annotations", Map.of(Labels.STOP, stop.toJson())),
                "spec", Map.of("activeDeadlineSeconds", 1));
    }

    private static Map<String, Object> annotated(Stop stop) {
        return Map.of("metadata", Map.of("annotations", Map.of(Labels.STOP, stop.toJson())));
    }

    private void patch(String namespace, String pod, Object change) {
        try {
            client.pods().inNamespace(namespace).withName(pod).patch(MERGE, Serialization.asJson(change));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }
}
