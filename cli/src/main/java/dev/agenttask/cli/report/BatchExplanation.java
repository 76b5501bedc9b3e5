package dev.agenttask.cli.report;

import dev.agenttask.api.Condition;
import dev.agenttask.api.batch.AgentTaskBatchSpec;
import dev.agenttask.api.batch.AgentTaskBatchStatus;
import dev.agenttask.api.batch.BatchPhase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Says how far a batch is, why it does not go on if it does not, and what to do. */
public final class BatchExplanation {

    private final BatchFacts facts;
    private final AgentTaskBatchSpec spec;
    private final AgentTaskBatchStatus status;
    private final Instant now;
    private final List<String> lines = new ArrayList<>();

    private BatchExplanation(BatchFacts facts, Instant now) {
        this.facts = facts;
        this.spec = facts.batch().getSpec();
        this.status = BatchOutcomes.status(facts.batch());
        this.now = now;
    }

    /** The explanation, line by line. */
    public static List<String> of(BatchFacts facts, Instant now) {
        return new BatchExplanation(facts, now).build();
    }

    private List<String> build() {
        var metadata = facts.batch().getMetadata();
        lines.add("AgentTaskBatch " + metadata.getNamespace() + "/" + metadata.getName() + " " + whereItIs());
        BatchOutcomes.why(facts.batch()).ifPresent(why -> lines.add("  " + why.reason() + ": " + why.message()));
        sayCounts();
        sayProblems();
        sayForecast();
        lines.addAll(Explanation.events(facts.happenings(), now));
        sayWhatToDo();
        return List.copyOf(lines);
    }

    private String whereItIs() {
        var canary = Math.min(spec.canary(), spec.items().size());
        return switch (status.phase()) {
            case null -> "waits to be seen";
            case CANARY ->
                "is in its canary: the first " + canary + " go first, and the others start when each of these has"
                        + " succeeded.";
            case RUNNING -> "is Running: tasks are started, or run.";
            case SUSPENDED -> "is Suspended: a person holds it with spec.suspend.";
            case STOPPING -> "is Stopping: nothing more is started, and what runs goes on to its end.";
            case SUCCEEDED -> "has Succeeded: every task did.";
            case FAILED -> "has Failed. It stays so: to try again is a new batch.";
            case CANCELLED -> "was Cancelled. It stays so: to try again is a new batch.";
        };
    }

    private void sayCounts() {
        heading("Tasks");
        lines.add("  %d items: %d succeeded, %d failed, %d cancelled, %d unfinished, %d not started"
                .formatted(
                        spec.items().size(),
                        status.succeeded(),
                        status.failed(),
                        status.cancelled(),
                        status.active(),
                        status.phase() == null ? spec.items().size() : status.waiting()));
        if (!status.phases().isEmpty()) {
            lines.add("  unfinished: "
                    + counts(status.phases().entrySet().stream()
                            .collect(Collectors.toMap(
                                    e -> TaskTable.word(e.getKey().name()), Map.Entry::getValue))));
        }
        if (!status.reasons().isEmpty()) {
            lines.add("  not succeeded: " + counts(status.reasons()));
        }
        if (spec.parallelism() > 0 && status.active() >= spec.parallelism() && status.waiting() > 0) {
            lines.add("  spec.parallelism is " + spec.parallelism() + ": the next starts when one of these has ended.");
        }
    }

    private static String counts(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", "));
    }

    private void sayProblems() {
        if (status.problems().isEmpty()) {
            return;
        }
        var all = status.failed() + status.cancelled();
        heading(all > status.problems().size() ? "The first of " + all + " problems" : "Problems");
        status.problems()
                .forEach(problem -> lines.add("  " + problem.item() + ": " + problem.reason() + ": "
                        + problem.message().strip()));
    }

    private void sayForecast() {
        var forecast = status.forecast();
        if (forecast == null) {
            return;
        }
        heading("Conflicts");
        lines.add("  " + forecast.conflicting() + " of " + forecast.compared() + " results do not merge with another.");
        forecast.pairs().forEach(pair -> lines.add("  " + pair.task() + " and " + pair.with() + ": " + pair.path()));
        if (forecast.conflicting() > 0 && !forecast.mergeOrder().isEmpty()) {
            lines.add("  Suggested order of merging: " + String.join(", ", forecast.mergeOrder()));
        }
    }

    private void sayWhatToDo() {
        heading("What to do");
        var name = facts.batch().getMetadata().getName();
        for (var line : todo()) {
            lines.add("  "
                    + line.replace("OPTIONS", facts.again().strip())
                            .replace("NAME", name)
                            .stripTrailing());
        }
    }

    private List<String> todo() {
        var todo = new ArrayList<String>();
        if (status.phase() == BatchPhase.SUSPENDED) {
            todo.add(
                    "Let it go on: kubectl patch agenttaskbatch NAME OPTIONS --type merge -p '{\"spec\":{\"suspend\":false}}'");
        }
        var invalid = status.condition(AgentTaskBatchStatus.VALID)
                .map(Condition::status)
                .filter("False"::equals)
                .isPresent();
        if (invalid) {
            todo.add("Correct the items or the template, and submit them again: that is another batch.");
        } else {
            status.problems().stream()
                    .findFirst()
                    .ifPresent(problem -> todo.add("See why the first of them failed: kubectl agenttask explain "
                            + problem.task() + " OPTIONS"));
            todo.add("See its tasks: kubectl get agenttasks -l agenttask.dev/batch=NAME OPTIONS");
        }
        if (status.phase() == null) {
            todo.add("See whether an operator runs: kubectl get pods --all-namespaces"
                    + " -l app.kubernetes.io/component=controller");
        } else if (!status.phase().terminal()) {
            todo.add("Wait for it: kubectl agenttask watch atb/NAME OPTIONS");
            todo.add("Stop it, with the work of its tasks kept: kubectl agenttask cancel atb/NAME OPTIONS");
        }
        return todo;
    }

    private void heading(String text) {
        lines.add("");
        lines.add(text);
    }
}
