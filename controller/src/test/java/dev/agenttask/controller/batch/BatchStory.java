package dev.agenttask.controller.batch;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Usage;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.api.batch.AgentTaskBatchStatus;
import dev.agenttask.api.batch.BatchPlan.PlannedTask;
import dev.agenttask.api.batch.BatchProblem;
import dev.agenttask.controller.task.Decision.TaskEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A batch over time: decides again and again, and does what was decided. */
final class BatchStory {

    private final BatchDecider decider = new BatchDecider();
    private final AgentTaskBatch batch;
    private final Map<String, Usage> used = new TreeMap<>();
    private final Map<String, AgentTask> tasks = new TreeMap<>();
    final List<TaskEvent> events = new ArrayList<>();
    final List<BatchDecision.Change> changes = new ArrayList<>();
    Instant now = Instant.parse("2026-01-01T10:00:00Z");
    /** Whether what is written arrives. */
    boolean writesArrive = true;

    BatchStory(AgentTaskBatch batch) {
        this.batch = batch;
    }

    /** Decides until nothing more is to be done. */
    BatchStory settle() {
        for (int i = 0; i < 60; i++) {
            var before = status();
            var decision = decide(List.of(), List.of());
            if (decision.starts().isEmpty() && decision.status().equals(before)) {
                return this;
            }
        }
        throw new AssertionError("it never settles: " + status());
    }

    BatchDecision decide(List<BatchProblem> refused, List<String> gone) {
        var observed = BatchObserved.of(batch, List.copyOf(tasks.values()));
        var asked = observed.unchecked() ? observed.withAnswers(refused) : observed.withRefused(refused);
        var decision = decider.decide(asked.withGone(gone), now);
        decision.starts().forEach(this::create);
        changes.addAll(decision.changes());
        if (writesArrive) {
            batch.setStatus(decision.status());
            events.addAll(decision.events());
        }
        return decision;
    }

    AgentTaskBatchStatus status() {
        return batch.getStatus() == null ? AgentTaskBatchStatus.NONE : batch.getStatus();
    }

    Condition condition(String type) {
        return status().condition(type).orElseThrow();
    }

    AgentTaskBatch batch() {
        return batch;
    }

    /** The tasks that there are, by item. */
    List<String> started() {
        return tasks.keySet().stream()
                .map(name -> name.substring("tidy-".length()))
                .toList();
    }

    AgentTask task(String item) {
        return tasks.get("tidy-" + item);
    }

    BatchStory end(String item, Phase phase, String reason) {
        tasks.put("tidy-" + item, TestBatches.task(item, phase, reason, used.get(item)));
        return this;
    }

    /** The task of an item ends with that usage, when it ends. */
    BatchStory used(String item, Usage usage) {
        used.put(item, usage);
        return this;
    }

    BatchStory succeed(String... items) {
        for (var item : items) {
            end(item, Phase.SUCCEEDED, "Succeeded");
        }
        return this;
    }

    void delete(String item) {
        tasks.remove("tidy-" + item);
    }

    private void create(PlannedTask task) {
        tasks.computeIfAbsent(task.name(), _ -> TestBatches.task(task.item(), Phase.RUNNING, "Running"));
    }
}
