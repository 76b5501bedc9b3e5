package dev.agenttask.cli.report;

import dev.agenttask.api.Condition;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.api.batch.AgentTaskBatchStatus;
import dev.agenttask.api.batch.BatchItem;
import dev.agenttask.api.batch.BatchProblem;
import dev.agenttask.api.batch.ItemNumbers;
import dev.agenttask.cli.report.TaskOutcome.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How each item of a batch stands: as its task says, or else as the batch has noted, which keeps what a deleted task came to
 * and knows why an item was never started.
 */
public final class BatchOutcomes {

    private static final String CANCELLED = "Cancelled";

    private final AgentTaskBatch batch;
    private final boolean deleted;
    private final AgentTaskBatchStatus status;
    private final ItemNumbers started;
    private final ItemNumbers succeeded;
    private final ItemNumbers failed;
    private final ItemNumbers cancelled;
    private final Map<String, BatchProblem> problems;

    private BatchOutcomes(AgentTaskBatch batch, boolean deleted) {
        this.batch = batch;
        this.deleted = deleted;
        this.status = status(batch);
        this.started = ItemNumbers.parse(status.startedItems());
        this.succeeded = ItemNumbers.parse(status.succeededItems());
        this.failed = ItemNumbers.parse(status.failedItems());
        this.cancelled = ItemNumbers.parse(status.cancelledItems());
        this.problems = status.problems().stream()
                .collect(Collectors.toMap(BatchProblem::item, Function.identity(), (first, second) -> first));
    }

    /**
     * All items of a batch, in their order.
     *
     * @param tasks of the batch, as far as they were seen, by name
     */
    public static List<TaskOutcome> of(AgentTaskBatch batch, Map<String, TaskOutcome> tasks) {
        return new BatchOutcomes(batch, false).all(tasks);
    }

    /** The same for a batch that was deleted. */
    public static List<TaskOutcome> ofDeleted(AgentTaskBatch batch, Map<String, TaskOutcome> tasks) {
        return new BatchOutcomes(batch, true).all(tasks);
    }

    /** Whether nothing more will happen to a batch. */
    public static boolean finished(AgentTaskBatch batch) {
        var phase = status(batch).phase();
        return phase != null && phase.terminal();
    }

    /** The status of a batch, if it has none yet an empty one. */
    public static AgentTaskBatchStatus status(AgentTaskBatch batch) {
        return Optional.ofNullable(batch.getStatus()).orElse(AgentTaskBatchStatus.NONE);
    }

    /** What a batch says of itself; nothing if no operator has looked at it. */
    static Optional<Condition> why(AgentTaskBatch batch) {
        return status(batch).condition(Condition.SUCCEEDED);
    }

    private List<TaskOutcome> all(Map<String, TaskOutcome> tasks) {
        var items = batch.getSpec().items();
        return IntStream.range(0, items.size())
                .mapToObj(number -> {
                    var seen = tasks.get(name(items.get(number)));
                    return seen != null && (seen.finished() || !over(number)) ? seen : noted(number, items.get(number));
                })
                .toList();
    }

    private boolean over(int number) {
        return succeeded.contains(number) || failed.contains(number) || cancelled.contains(number);
    }

    private TaskOutcome noted(int number, BatchItem item) {
        if (succeeded.contains(number)) {
            return outcome(item, Kind.SUCCEEDED, "Succeeded", "Its task is no longer there.");
        }
        var problem = problems.get(item.name());
        if (problem != null) {
            var kind = cancelled.contains(number) ? Kind.CANCELLED : Kind.FAILED;
            return outcome(item, kind, problem.reason(), problem.message());
        }
        if (over(number)) {
            var kind = cancelled.contains(number) ? Kind.CANCELLED : Kind.FAILED;
            return outcome(item, kind, kind == Kind.FAILED ? "Failed" : CANCELLED, "Its task is no longer there.");
        }
        if (deleted) {
            return outcome(item, Kind.DELETED, "Deleted", "The batch was deleted before it ended.");
        }
        return finished(batch) ? notStarted(item) : waiting(number, item);
    }

    private TaskOutcome notStarted(BatchItem item) {
        var reason = why(batch).map(Condition::reason).orElse("NotStarted");
        return switch (reason) {
            case CANCELLED -> outcome(item, Kind.CANCELLED, reason, "The batch was cancelled before this was started.");
            case "CanaryFailed" ->
                outcome(item, Kind.NOT_STARTED, reason, "Not started, as not every one of the first tasks succeeded.");
            case "TooManyFailures" ->
                outcome(item, Kind.NOT_STARTED, reason, "Not started, as more tasks failed than maxFailures permits.");
            case "InvalidBatch" ->
                outcome(item, Kind.NOT_STARTED, reason, "Not started, as other items of the batch do not fit.");
            default -> outcome(item, Kind.FAILED, reason, message());
        };
    }

    private TaskOutcome waiting(int number, BatchItem item) {
        if (started.contains(number)) {
            return outcome(item, Kind.UNFINISHED, "Started", "Its task was started.");
        }
        return outcome(item, Kind.UNFINISHED, "NotStarted", "It waits to be started. " + message());
    }

    private String message() {
        return why(batch)
                .map(Condition::message)
                .orElse(
                        "No operator has looked at the batch yet. Is one running? See: kubectl get pods --all-namespaces"
                                + " -l app.kubernetes.io/component=controller");
    }

    private String name(BatchItem item) {
        return batch.getMetadata().getName() + "-" + item.name();
    }

    private TaskOutcome outcome(BatchItem item, Kind kind, String reason, String message) {
        return new TaskOutcome(
                batch.getMetadata().getNamespace(),
                name(item),
                kind,
                false,
                reason,
                message,
                "",
                Duration.ZERO,
                batch.getMetadata().getName());
    }
}
