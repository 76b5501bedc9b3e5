package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Phase;
import dev.agenttask.controller.task.AttemptNames;
import dev.agenttask.controller.task.Labels;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds out, when a controller starts, which tasks hold a slot and which waited for one. */
final class QueueSeed {

    private final TaskEvents events;

    QueueSeed(TaskEvents events) {
        this.events = events;
    }

    void fill(AdmissionQueue queue) {
        var live = events.pods()
                .filter(p -> p.getMetadata().getFinalizers().contains(Labels.OUTCOME_FINALIZER))
                .map(p -> p.getMetadata().getLabels().get(Labels.TASK_UID))
                .collect(Collectors.toSet());
        events.tasks().forEach(task -> {
            var id = AttemptNames.id(task);
            var status = Optional.ofNullable(task.getStatus()).orElse(AgentTaskStatus.NONE);
            if (running(status) || live.contains(id.uid()) && unfinished(status)) {
                queue.enter(id.uid(), id.namespace());
            } else if (waits(task, status)) {
                queue.remember(Observer.ticket(task));
            }
        });
    }

    private static boolean running(AgentTaskStatus status) {
        return unfinished(status)
                && status.latestAttempt().filter(a -> !a.finished()).isPresent();
    }

    private static boolean unfinished(AgentTaskStatus status) {
        return status.phase() == null || !status.phase().terminal();
    }

    private static boolean waits(AgentTask task, AgentTaskStatus status) {
        return status.phase() == Phase.QUEUED
                && !task.isMarkedForDeletion()
                && !task.getSpec().suspend()
                && !task.getSpec().cancel();
    }
}
