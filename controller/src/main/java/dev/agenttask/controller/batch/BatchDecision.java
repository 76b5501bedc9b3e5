package dev.agenttask.controller.batch;

import dev.agenttask.api.batch.AgentTaskBatchStatus;
import dev.agenttask.api.batch.BatchPlan.PlannedTask;
import dev.agenttask.controller.task.Decision.TaskEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What must happen to a batch now.
 *
 * @param starts tasks to be created first, in this order
 * @param changes to tasks that exist
 * @param delete whether the batch has outlived its time
 * @param status to be written then, if it differs
 * @param events to be told to people once the status is written
 * @param requeueAfter when to look again if nothing happens until then
 */
public record BatchDecision(
        List<PlannedTask> starts,
        List<Change> changes,
        boolean delete,
        AgentTaskBatchStatus status,
        List<TaskEvent> events,
        Optional<Duration> requeueAfter) {

    /** The same with nothing to do but to write a status. */
    static BatchDecision write(AgentTaskBatchStatus status, List<TaskEvent> events, Optional<Duration> requeueAfter) {
        return new BatchDecision(List.of(), List.of(), false, status, events, requeueAfter);
    }

    /**
     * What a person's wish for the batch means for one of its tasks.
     *
     * @param task name of the task
     * @param kind of the change
     */
    public record Change(String task, Kind kind) {}

    /** What is changed. */
    public enum Kind {
        CANCEL,
        SUSPEND,
        /** Only of a task that was suspended with the batch: one that a person suspended stays so. */
        RESUME
    }
}
