package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.controller.task.Labels;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cleans up after tasks that do not exist any more, because someone took our finalizer from them or removed the
 * namespace by force. Nobody is left who wants to know how their pods ended, and our finalizer would keep those for
 * ever; and nobody gives back their place in the queue.
 */
final class OrphanSweep {

    private static final Logger LOG = LoggerFactory.getLogger(OrphanSweep.class);

    private final KubernetesClient client;
    private final TaskEvents events;
    private final ActionRunner actions;
    private final AdmissionQueue queue;

    OrphanSweep(KubernetesClient client, TaskEvents events, ActionRunner actions, AdmissionQueue queue) {
        this.client = client;
        this.events = events;
        this.actions = actions;
        this.queue = queue;
    }

    /** Looks at the queue and at every pod in the cache once. What fails now is tried again with the next look. */
    void run() {
        queue.dropVanished(
                () -> events.tasks().map(t -> t.getMetadata().getUid()).collect(Collectors.toSet()));
        try {
            events.pods()
                    .filter(OrphanSweep::heldAndDeleted)
                    .filter(this::orphaned)
                    .forEach(this::letGo);
        } catch (KubernetesClientException e) {
            LOG.warn("Could not look for pods without a task: {}", e.getMessage());
        }
    }

    private void letGo(Pod pod) {
        LOG.warn(
                "Letting pod {}/{} go: its task does not exist any more",
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName());
        actions.letGo(pod);
    }

    private static boolean heldAndDeleted(Pod pod) {
        return pod.isMarkedForDeletion() && pod.getMetadata().getFinalizers().contains(Labels.OUTCOME_FINALIZER);
    }

    private boolean orphaned(Pod pod) {
        return owner(pod)
                .filter(id -> events.task(id).filter(t -> same(t, id)).isEmpty())
                .filter(id -> {
                    var task = client.resources(AgentTask.class)
                            .inNamespace(id.namespace())
                            .withName(id.name())
                            .get();
                    return task == null || !same(task, id);
                })
                .isPresent();
    }

    private static boolean same(AgentTask task, TaskId id) {
        return task.getMetadata().getUid().equals(id.uid());
    }

    private static Optional<TaskId> owner(Pod pod) {
        return pod.getMetadata().getOwnerReferences().stream()
                .filter(o -> Boolean.TRUE.equals(o.getController()))
                .filter(o -> o.getKind().equals("AgentTask"))
                .findFirst()
                .map(o -> id(pod, o));
    }

    private static TaskId id(Pod pod, OwnerReference owner) {
        return new TaskId(pod.getMetadata().getNamespace(), owner.getName(), owner.getUid());
    }
}
