package dev.agenttask.controller.batch;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Texts;
import dev.agenttask.api.Usage;
import dev.agenttask.api.batch.AgentTaskBatchStatus;
import dev.agenttask.api.batch.BatchForecast;
import dev.agenttask.api.batch.BatchPhase;
import dev.agenttask.api.batch.BatchPlan.PlannedTask;
import dev.agenttask.api.batch.BatchProblem;
import dev.agenttask.api.batch.ItemNumbers;
import dev.agenttask.controller.task.Reasons;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is known of each item for good. It starts from the recorded status, and only grows: what a task has come to is
 * noted once, and stays when the task is deleted.
 */
final class BatchLedger {

    /** How many problems the status names. */
    static final int MAX_PROBLEMS = 10;

    private static final int MAX_MESSAGE = 512;

    private ItemNumbers started;
    private ItemNumbers succeeded;
    private ItemNumbers failed;
    private ItemNumbers cancelled;
    private final Map<String, Integer> reasons;
    private final List<BatchProblem> problems;
    private Optional<Usage> usage;
    private final Map<Phase, Integer> phases = new EnumMap<>(Phase.class);

    private BatchLedger(AgentTaskBatchStatus status) {
        started = ItemNumbers.parse(status.startedItems());
        succeeded = ItemNumbers.parse(status.succeededItems());
        failed = ItemNumbers.parse(status.failedItems());
        cancelled = ItemNumbers.parse(status.cancelledItems());
        reasons = new TreeMap<>(status.reasons());
        problems = new ArrayList<>(status.problems());
        usage = Optional.ofNullable(status.usage());
    }

    static BatchLedger of(AgentTaskBatchStatus status) {
        return new BatchLedger(status);
    }

    /** The recorded ledger, and what is seen of the tasks now. */
    static BatchLedger of(BatchObserved observed) {
        var ledger = of(observed.status());
        var refused = new TreeMap<String, BatchProblem>();
        observed.refused().forEach(problem -> refused.put(problem.task(), problem));
        for (var task : observed.plan().tasks()) {
            Optional.ofNullable(observed.tasks().get(task.name())).ifPresent(found -> ledger.see(task, found));
            Optional.ofNullable(refused.get(task.name())).ifPresent(problem -> ledger.refused(task, problem));
        }
        observed.missing().stream()
                .filter(task -> observed.gone().contains(task.name()))
                .forEach(ledger::gone);
        return ledger;
    }

    private void see(PlannedTask task, AgentTask found) {
        started = started.with(task.number());
        var status = Optional.ofNullable(found.getStatus()).orElse(AgentTaskStatus.NONE);
        var phase = Optional.ofNullable(status.phase()).orElse(Phase.PENDING);
        if (!phase.terminal()) {
            phases.merge(phase, 1, Integer::sum);
        } else if (!over(task.number())) {
            end(task, phase, status.condition(Condition.SUCCEEDED));
            Optional.ofNullable(status.usage()).ifPresent(this::used);
        }
    }

    private void end(PlannedTask task, Phase phase, Optional<Condition> why) {
        switch (phase) {
            case SUCCEEDED -> succeeded = succeeded.with(task.number());
            case CANCELLED -> {
                cancelled = cancelled.with(task.number());
                note(task, reason(why), message(why));
            }
            default -> {
                failed = failed.with(task.number());
                note(task, reason(why), message(why));
            }
        }
    }

    private void used(Usage more) {
        usage = Optional.of(usage.map(more::plus).orElse(more));
    }

    private void refused(PlannedTask task, BatchProblem problem) {
        if (!over(task.number())) {
            started = started.with(task.number());
            failed = failed.with(task.number());
            note(task, problem.reason(), problem.message());
        }
    }

    private void gone(PlannedTask task) {
        cancelled = cancelled.with(task.number());
        note(task, Reasons.DELETED, "The task was deleted before it was over.");
    }

    private void note(PlannedTask task, String reason, String message) {
        reasons.merge(reason, 1, Integer::sum);
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(new BatchProblem(task.item(), task.name(), reason, Texts.cut(message, MAX_MESSAGE)));
        }
    }

    /** Whether the task of an item was seen, and has not come to an end. */
    boolean active(int number) {
        return started.contains(number) && !over(number);
    }

    boolean started(int number) {
        return started.contains(number);
    }

    private boolean over(int number) {
        return succeeded.contains(number) || failed.contains(number) || cancelled.contains(number);
    }

    int active() {
        return started.size() - succeeded.size() - failed.size() - cancelled.size();
    }

    int started() {
        return started.size();
    }

    int succeeded() {
        return succeeded.size();
    }

    int failed() {
        return failed.size();
    }

    int cancelled() {
        return cancelled.size();
    }

    /** Whether every one of the first items has succeeded. */
    boolean firstSucceeded(int count) {
        return IntStream.range(0, count).allMatch(succeeded::contains);
    }

    /** Whether one of the first items came to another end. */
    boolean firstLost(int count) {
        return IntStream.range(0, count).anyMatch(n -> failed.contains(n) || cancelled.contains(n));
    }

    List<BatchProblem> problems() {
        return List.copyOf(problems);
    }

    /** The reasons of what did not succeed, the most frequent first: {@code NoChange 2, AgentFailed 1}. */
    String reasons() {
        return reasons.entrySet().stream()
                .sorted((a, b) -> b.getValue() - a.getValue())
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "));
    }

    /** A status with all of this in it. */
    AgentTaskBatchStatus status(
            long generation,
            BatchPhase phase,
            List<Condition> conditions,
            int items,
            List<BatchProblem> told,
            Optional<BatchForecast> forecast) {
        return new AgentTaskBatchStatus(
                generation,
                phase,
                conditions,
                items,
                items - started(),
                active(),
                succeeded(),
                failed(),
                cancelled(),
                phases,
                reasons,
                started.toString(),
                succeeded.toString(),
                failed.toString(),
                cancelled.toString(),
                told,
                usage.orElse(null),
                forecast.orElse(null));
    }

    private static String reason(Optional<Condition> why) {
        return why.map(Condition::reason).orElse(Reasons.FAILED);
    }

    private static String message(Optional<Condition> why) {
        return why.map(Condition::message).orElse("");
    }
}
