package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.controller.progress.StaleStates;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Set;

/** The tasks that this operator works on, and whether one that there was is still there. */
final class WatchedTasks implements StaleStates.VanishedTasks {

    private final KubernetesClient client;
    private final TaskEvents events;
    private final Set<String> namespaces;

    /**
     * @param namespaces that are watched; empty is all
     */
    WatchedTasks(KubernetesClient client, TaskEvents events, Set<String> namespaces) {
        this.client = client;
        this.events = events;
        this.namespaces = namespaces;
    }

    @Override
    public boolean mayBeGone(TaskId task) {
        var watched = namespaces.isEmpty() || namespaces.contains(task.namespace());
        return watched && events.task(task).filter(t -> same(t, task)).isEmpty();
    }

    @Override
    public boolean isGone(TaskId task) {
        var found = client.resources(AgentTask.class)
                .inNamespace(task.namespace())
                .withName(task.name())
                .get();
        return found == null || !same(found, task);
    }

    private static boolean same(AgentTask task, TaskId id) {
        return task.getMetadata().getUid().equals(id.uid());
    }
}
