package dev.agenttask.controller.batch;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.api.batch.AgentTaskBatchStatus;
import dev.agenttask.api.batch.BatchPlan;
import dev.agenttask.api.batch.BatchPlan.PlannedTask;
import dev.agenttask.api.batch.BatchProblem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All that is known about a batch when it is decided what must happen to it.
 *
 * @param batch the resource
 * @param plan what its items make
 * @param tasks of the batch that exist, by name
 * @param gone names of tasks that were started and that the API server does not have any more
 * @param refused tasks that the API server does not take, as it said when it was asked
 * @param checked whether it was asked about every task
 */
public record BatchObserved(
        AgentTaskBatch batch,
        BatchPlan plan,
        Map<String, AgentTask> tasks,
        List<String> gone,
        List<BatchProblem> refused,
        boolean checked) {

    /** The names and phases of tasks alone; nobody was asked anything yet. */
    public static BatchObserved of(AgentTaskBatch batch, List<AgentTask> tasks) {
        var byName = tasks.stream()
                .collect(Collectors.toMap(task -> task.getMetadata().getName(), Function.identity()));
        return new BatchObserved(batch, BatchPlan.of(batch), byName, List.of(), List.of(), false);
    }

    public BatchObserved withGone(List<String> names) {
        return new BatchObserved(batch, plan, tasks, names, refused, checked);
    }

    /** What the API server said when it was asked whether it would take every task. */
    public BatchObserved withAnswers(List<BatchProblem> refusals) {
        return new BatchObserved(batch, plan, tasks, gone, refusals, true);
    }

    /** What it said when tasks were created. */
    public BatchObserved withRefused(List<BatchProblem> refusals) {
        return new BatchObserved(batch, plan, tasks, gone, refusals, checked);
    }

    /** The recorded status, or the empty one. */
    public AgentTaskBatchStatus status() {
        return Optional.ofNullable(batch.getStatus()).orElse(AgentTaskBatchStatus.NONE);
    }

    /** Tasks that were started, are not over as far as anybody has written down, and are not in sight. */
    public List<PlannedTask> missing() {
        var ledger = BatchLedger.of(status());
        return plan.tasks().stream()
                .filter(task -> ledger.active(task.number()))
                .filter(task -> !tasks.containsKey(task.name()))
                .toList();
    }

    /** Whether the API server must be asked about the tasks before one of them is started. */
    public boolean unchecked() {
        return !batch.isMarkedForDeletion()
                && status().phase() == null
                && plan.mistakes().isEmpty()
                && !batch.getSpec().cancel();
    }
}
