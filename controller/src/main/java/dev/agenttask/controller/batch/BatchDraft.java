package dev.agenttask.controller.batch;

import dev.agenttask.api.Condition;
import dev.agenttask.api.batch.AgentTaskBatchStatus;
import dev.agenttask.api.batch.BatchPhase;
import dev.agenttask.api.batch.BatchProblem;
import dev.agenttask.controller.task.Conditions;
import dev.agenttask.controller.task.Decision.TaskEvent;
import dev.agenttask.controller.task.Reasons;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The status of a batch that is being decided on: the recorded one, with what the ledger knows. */
final class BatchDraft {

    private final BatchObserved observed;
    private final BatchLedger ledger;
    private final Conditions conditions;
    private final int items;
    private BatchPhase phase = BatchPhase.RUNNING;
    private List<BatchProblem> mistakes = List.of();

    BatchDraft(BatchObserved observed, BatchLedger ledger, Instant now) {
        this.observed = observed;
        this.ledger = ledger;
        this.conditions = new Conditions(
                observed.status().conditions(), observed.batch().getMetadata().getGeneration(), now);
        this.items = observed.batch().getSpec().items().size();
    }

    /** Neither over nor refused. */
    BatchDraft underway(BatchPhase now, String why) {
        phase = now;
        conditions.set(Condition.SUCCEEDED, "Unknown", reason(now), why.isEmpty() ? counts() : counts() + " " + why);
        conditions.set(Condition.FINISHED, "False", reason(now), "");
        conditions.set(
                AgentTaskBatchStatus.VALID, "True", Reasons.ALL_ITEMS_FIT, "Every item's parameters fit the template.");
        canary();
        return this;
    }

    BatchDraft over(BatchPhase end, String reason, String message) {
        phase = end;
        conditions.set(Condition.SUCCEEDED, end == BatchPhase.SUCCEEDED ? "True" : "False", reason, message);
        conditions.set(Condition.FINISHED, "True", reason, "");
        canary();
        return this;
    }

    BatchDraft invalid(List<BatchProblem> wrong, String message) {
        mistakes = wrong;
        conditions.set(AgentTaskBatchStatus.VALID, "False", Reasons.INVALID_BATCH, message);
        return over(BatchPhase.FAILED, Reasons.INVALID_BATCH, message);
    }

    /** How many of the tasks are where, in a sentence. */
    String counts() {
        return "%d of %d tasks succeeded, %d failed, %d were cancelled, %d are unfinished, %d not started."
                .formatted(
                        ledger.succeeded(),
                        items,
                        ledger.failed(),
                        ledger.cancelled(),
                        ledger.active(),
                        items - ledger.started());
    }

    /** What people are told when the phase changes. */
    List<TaskEvent> transition(BatchPhase next, Optional<BatchStop> stop) {
        var before = observed.status().phase();
        if (next == before) {
            return List.of();
        }
        if (stop.isPresent()) {
            return List.of(new TaskEvent(true, stop.get().reason(), stop.get().message() + " " + counts()));
        }
        if (before == BatchPhase.CANARY && next == BatchPhase.RUNNING) {
            return List.of(new TaskEvent(false, AgentTaskBatchStatus.CANARY_PASSED, "The others are started."));
        }
        return List.of(new TaskEvent(false, reason(next), counts()));
    }

    AgentTaskBatchStatus build() {
        return ledger.status(
                observed.batch().getMetadata().getGeneration(),
                phase,
                conditions.list(),
                items,
                problems(),
                BatchMerges.of(observed));
    }

    private List<BatchProblem> problems() {
        return mistakes.isEmpty()
                ? ledger.problems()
                : mistakes.stream().limit(BatchLedger.MAX_PROBLEMS).toList();
    }

    private void canary() {
        var count = BatchDecider.canary(observed.batch().getSpec());
        if (count == 0) {
            return;
        }
        if (ledger.firstSucceeded(count)) {
            conditions.set(AgentTaskBatchStatus.CANARY_PASSED, "True", Reasons.SUCCEEDED, "");
        } else if (ledger.firstLost(count)) {
            conditions.set(AgentTaskBatchStatus.CANARY_PASSED, "False", Reasons.CANARY_FAILED, "");
        } else {
            conditions.set(
                    AgentTaskBatchStatus.CANARY_PASSED,
                    phase.terminal() ? "False" : "Unknown",
                    phase.terminal() ? Reasons.NOT_RUN : Reasons.NOT_YET,
                    "");
        }
    }

    private static String reason(BatchPhase phase) {
        return switch (phase) {
            case CANARY -> Reasons.CANARY;
            case RUNNING -> Reasons.RUNNING;
            case SUSPENDED -> Reasons.SUSPENDED;
            case STOPPING -> Reasons.STOPPING;
            case SUCCEEDED -> Reasons.SUCCEEDED;
            case FAILED -> Reasons.FAILED;
            case CANCELLED -> Reasons.CANCELLED;
        };
    }
}
