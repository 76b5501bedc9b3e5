package dev.agenttask.cli.report;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Result;
import dev.agenttask.api.Usage;
import dev.agenttask.api.batch.AgentTaskBatch;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Tasks as a table and as lines, and batches as lines. */
public final class TaskTable {

    /** What is left of a table's height for others: its header, a line for what does not fit, the counts, the cursor. */
    private static final int OTHER_LINES = 4;

    private static final String TOKENS = "TOKENS";
    private static final String COST = "COST";

    private final boolean withNamespace;

    /** A table, with a column for the namespace if tasks of more than one may be in it. */
    public TaskTable(boolean withNamespace) {
        this.withNamespace = withNamespace;
    }

    /** All tasks, one line each. */
    public List<String> of(Collection<AgentTask> tasks, Instant now) {
        var table = new TextTable(
                Set.of(TOKENS, COST), "NAME", "PHASE", "STEP", "VERIFIED", "ATTEMPT", TOKENS, COST, "AGE", "PROGRESS");
        tasks.forEach(task -> table.row(
                name(task),
                phase(task),
                step(task),
                verified(task),
                attempt(task),
                usage(task).map(TaskTable::tokens).orElse(""),
                usage(task).map(TaskTable::cost).orElse(""),
                age(task, now),
                progress(task)));
        return table.lines();
    }

    /**
     * As many tasks as a screen holds, first those that have not ended, how many there are in each phase, and the batches.
     *
     * @param rows of the screen
     * @param columns of the screen
     */
    public List<String> fitting(
            Collection<AgentTask> tasks, Collection<AgentTaskBatch> batches, Instant now, int rows, int columns) {
        var room = Math.max(1, rows - OTHER_LINES - batches.size());
        var shown = tasks.size() <= room ? tasks : unfinishedFirst(tasks).subList(0, room);
        var lines = new ArrayList<>(of(shown, now));
        if (shown.size() < tasks.size()) {
            lines.add("... and " + (tasks.size() - shown.size()) + " more");
        }
        lines.add(counts(tasks));
        batches.forEach(batch -> lines.add(line(batch)));
        return lines.stream().map(line -> cut(line, columns)).toList();
    }

    /** One task on one line, for a log: what it is at, and what that says. */
    public String line(AgentTask task) {
        var step = step(task);
        var words = progress(task);
        return name(task) + " " + phase(task) + (step.isEmpty() ? "" : " " + step)
                + (attempt(task).equals("") || attempt(task).equals("1") ? "" : " attempt " + attempt(task))
                + (words.isEmpty() ? "" : ": " + words);
    }

    /** One batch on one line: how many of its tasks are where. */
    public String line(AgentTaskBatch batch) {
        var name = batch.getMetadata().getName();
        var namespace = withNamespace ? batch.getMetadata().getNamespace() + "/" : "";
        return namespace + "atb/" + name + " " + phase(batch)
                + BatchOutcomes.why(batch).map(c -> ": " + oneLine(c.message())).orElse("");
    }

    /** Where a batch is. */
    public static String phase(AgentTaskBatch batch) {
        var phase = BatchOutcomes.status(batch).phase();
        return phase == null ? "New" : word(phase.name());
    }

    /** Batches, one line each. */
    public List<String> ofBatches(Collection<AgentTaskBatch> batches, Instant now) {
        var table = new TextTable(
                Set.of(TOKENS, COST), "NAME", "PHASE", "ITEMS", "ACTIVE", "SUCCEEDED", "FAILED", TOKENS, COST, "AGE");
        for (var batch : batches) {
            var status = BatchOutcomes.status(batch);
            var usage = Optional.ofNullable(status.usage());
            table.row(
                    name(batch),
                    phase(batch),
                    Integer.toString(batch.getSpec().items().size()),
                    Integer.toString(status.active()),
                    Integer.toString(status.succeeded()),
                    Integer.toString(status.failed()),
                    usage.map(TaskTable::tokens).orElse(""),
                    usage.map(TaskTable::cost).orElse(""),
                    age(batch, now));
        }
        return table.lines();
    }

    /** Where a task is, without what it says: its phase, step, attempt, and the reason that it gives. */
    public static String place(AgentTask task) {
        return String.join(
                " ",
                phase(task),
                step(task),
                attempt(task),
                TaskOutcome.of(task).reason());
    }

    /** How many tasks there are in each phase. */
    public static String counts(Collection<AgentTask> tasks) {
        var counts = new EnumMap<Phase, Integer>(Phase.class);
        tasks.forEach(task -> counts.merge(
                Optional.ofNullable(TaskOutcome.status(task).phase()).orElse(Phase.PENDING), 1, Integer::sum));
        return tasks.size()
                + (tasks.size() == 1 ? " task: " : " tasks: ")
                + counts.entrySet().stream().map(TaskTable::count).collect(Collectors.joining(", "));
    }

    private static String count(Map.Entry<Phase, Integer> entry) {
        return entry.getValue() + " " + word(entry.getKey().name());
    }

    private static List<AgentTask> unfinishedFirst(Collection<AgentTask> tasks) {
        var sorted = new ArrayList<AgentTask>();
        tasks.stream().filter(t -> !TaskOutcome.of(t).finished()).forEach(sorted::add);
        tasks.stream().filter(t -> TaskOutcome.of(t).finished()).forEach(sorted::add);
        return sorted;
    }

    private String name(HasMetadata resource) {
        var metadata = resource.getMetadata();
        return withNamespace ? metadata.getNamespace() + "/" + metadata.getName() : metadata.getName();
    }

    private static String phase(AgentTask task) {
        var phase = TaskOutcome.status(task).phase();
        return phase == null ? "New" : word(phase.name());
    }

    static String word(String constant) {
        return constant.charAt(0) + constant.substring(1).toLowerCase(java.util.Locale.ROOT);
    }

    private static String step(AgentTask task) {
        var status = TaskOutcome.status(task);
        return status.progress() == null || TaskOutcome.of(task).finished()
                ? ""
                : status.progress().step();
    }

    private static String verified(AgentTask task) {
        return TaskOutcome.status(task)
                .condition(Condition.VERIFIED)
                .map(Condition::status)
                .orElse("");
    }

    private static String attempt(AgentTask task) {
        return TaskOutcome.status(task)
                .latestAttempt()
                .map(a -> Integer.toString(a.number()))
                .orElse("");
    }

    private static Optional<Usage> usage(AgentTask task) {
        return Optional.ofNullable(TaskOutcome.status(task).usage());
    }

    private static String tokens(Usage usage) {
        return Long.toString(usage.inputTokens() + usage.outputTokens());
    }

    private static String cost(Usage usage) {
        return usage.costUSD().isEmpty() ? "" : "$" + usage.costUSD();
    }

    private static String age(HasMetadata resource, Instant now) {
        return Optional.ofNullable(resource.getMetadata().getCreationTimestamp())
                .map(created -> Ages.of(Duration.between(Instant.parse(created), now)))
                .orElse("");
    }

    /** The latest that is known of it, on one line: its result, why it failed, or what it does. */
    private static String progress(AgentTask task) {
        var status = TaskOutcome.status(task);
        var outcome = TaskOutcome.of(task);
        if (outcome.kind() == TaskOutcome.Kind.SUCCEEDED) {
            return outcome.link()
                    + Optional.ofNullable(status.result())
                            .map(Result::summary)
                            .filter(summary -> !summary.isEmpty())
                            .map(summary -> " (" + oneLine(summary) + ")")
                            .orElse("");
        }
        if (outcome.finished()) {
            return outcome.reason() + ": " + oneLine(outcome.message());
        }
        if (status.progress() != null && !status.progress().message().isEmpty()) {
            return oneLine(status.progress().message());
        }
        return status.phase() == null ? "" : oneLine(outcome.message());
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    private static String cut(String line, int columns) {
        return line.length() <= columns ? line : line.substring(0, Math.max(0, columns - 3)) + "...";
    }
}
