package dev.agenttask.cli.report;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Usage;
import dev.agenttask.api.VerificationResult.CommandResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says why a task is where it is, and what to do: what it comes to, then what happened, then the next commands. */
public final class Explanation {

    private static final int LATEST_EVENTS = 8;

    private final Facts facts;
    private final AgentTaskStatus status;
    private final TaskOutcome outcome;
    private final Instant now;
    private final List<String> lines = new ArrayList<>();

    private Explanation(Facts facts, Instant now) {
        this.facts = facts;
        this.status = TaskOutcome.status(facts.task());
        this.outcome = TaskOutcome.of(facts.task());
        this.now = now;
    }

    /** The explanation, line by line. */
    public static List<String> of(Facts facts, Instant now) {
        return new Explanation(facts, now).build();
    }

    private List<String> build() {
        sayWhereItIs();
        sayAttempts();
        sayChecks();
        sayForecast();
        sayPod();
        lines.addAll(events(facts.happenings(), now));
        sayWhatToDo();
        return List.copyOf(lines);
    }

    private void sayWhereItIs() {
        var phase = status.phase();
        lines.add("AgentTask " + outcome.namespace() + "/" + outcome.name() + " "
                + (phase == null ? "waits to be seen" : sentence(phase)));
        if (!outcome.message().isEmpty()) {
            lines.add("  " + outcome.reason() + ": " + outcome.message());
        }
        if (phase == Phase.SUCCEEDED && !outcome.verified()) {
            lines.add("  It is unverified: "
                    + status.condition(Condition.VERIFIED)
                            .map(c -> c.reason() + (c.message().isEmpty() ? "" : ": " + c.message()))
                            .orElse("nothing is known of checks."));
        }
        facts.queue()
                .ifPresent(queue -> lines.add("  " + queue.ahead() + " tasks are before it in the queue, and "
                        + queue.running() + " run. How many may run at once is the operator's tasks.maxRunning."));
        if (status.progress() != null && !outcome.finished()) {
            lines.add("  It is at step " + status.progress().step()
                    + (status.progress().message().isEmpty()
                            ? ""
                            : ": " + status.progress().message())
                    + Optional.ofNullable(status.progress().observedAt())
                            .map(seen -> " (" + Ages.of(Duration.between(seen, now)) + " ago)")
                            .orElse(""));
        }
    }

    private static String sentence(Phase phase) {
        return switch (phase) {
            case PENDING -> "is Pending: it waits for something that it needs.";
            case QUEUED -> "is Queued: it waits for its turn.";
            case RUNNING -> "is Running: the agent works, or its clone is being made.";
            case VERIFYING -> "is Verifying: the checks run in the clean room.";
            case DELIVERING -> "is Delivering: the result is being pushed.";
            case SUCCEEDED -> "has Succeeded: the result was delivered as asked.";
            case FAILED -> "has Failed. It stays so: to try again is a new task.";
            case CANCELLED -> "was Cancelled. It stays so: to try again is a new task.";
        };
    }

    private void sayAttempts() {
        if (status.attempts().isEmpty()) {
            return;
        }
        heading("Attempts");
        for (var attempt : status.attempts()) {
            lines.add("  " + attempt.number() + ": " + end(attempt) + time(attempt) + ", pod " + attempt.podName());
            if (!attempt.message().isEmpty() && !attempt.message().equals(outcome.message())) {
                lines.add("     " + attempt.message());
            }
        }
        Optional.ofNullable(status.usage()).ifPresent(usage -> lines.add("  " + used(usage)));
    }

    private static String used(Usage usage) {
        return "As the agent reported, the model read " + usage.inputTokens() + " tokens, " + usage.cachedTokens()
                + " of them from its cache, and wrote " + usage.outputTokens()
                + (usage.costUSD().isEmpty() ? "." : ", for $" + usage.costUSD() + ".");
    }

    private static String end(Attempt attempt) {
        return switch (attempt.outcome()) {
            case null -> "runs";
            case SUCCEEDED -> "succeeded";
            case CANCELLED -> "cancelled";
            case FAILED ->
                "failed, " + attempt.reason()
                        + Optional.ofNullable(attempt.failureClass())
                                .map(c -> " (class " + word(c) + ")")
                                .orElse("");
        };
    }

    private String time(Attempt attempt) {
        if (attempt.durationSeconds() != null) {
            return " after " + Ages.of(Duration.ofSeconds(attempt.durationSeconds()));
        }
        return attempt.startedAt() == null ? "" : " since " + Ages.of(Duration.between(attempt.startedAt(), now));
    }

    private void sayChecks() {
        var verification = status.verification();
        if (verification == null || verification.commands().isEmpty()) {
            return;
        }
        heading("Checks on commit " + verification.commit());
        verification.commands().forEach(command -> lines.add("  " + command.name() + ": " + end(command)));
    }

    private static String end(CommandResult command) {
        var how = command.passed()
                ? "passed"
                : command.timedOut() || command.exitCode() == null
                        ? "stopped at its timeout"
                        : "exit code " + command.exitCode();
        return how + " after " + Ages.of(Duration.ofMillis(command.durationMillis()));
    }

    private void sayForecast() {
        status.condition(Condition.MERGES_CLEANLY).ifPresent(merges -> {
            heading("Merging");
            lines.add("  " + merges.reason() + ": " + merges.message());
            var forecast = status.forecast();
            if (forecast != null) {
                forecast.conflicts()
                        .forEach(conflict -> lines.add("  conflict with "
                                + (conflict.isWithBase() ? "the base" : "task " + conflict.task()) + ", "
                                + conflict.branch() + ": " + String.join(", ", conflict.paths())
                                + (conflict.pathCount() > conflict.paths().size()
                                        ? " (" + conflict.pathCount() + " files in all)"
                                        : "")));
            }
        });
    }

    private void sayPod() {
        if (outcome.finished()) {
            return;
        }
        facts.pod().ifPresent(pod -> {
            heading("Pod " + pod.name());
            if (!pod.problem().isEmpty()) {
                lines.add("  " + pod.problem());
            }
            pod.containers().forEach(container -> lines.add("  " + container.name() + ": " + container.state()));
        });
    }

    /** The latest events, under their heading; nothing if there are none. */
    static List<String> events(List<Facts.Happening> all, Instant now) {
        if (all.isEmpty()) {
            return List.of();
        }
        var lines = new ArrayList<>(List.of("", "Events"));
        for (var event : all.subList(Math.max(0, all.size() - LATEST_EVENTS), all.size())) {
            lines.add("  " + Ages.of(Duration.between(event.time(), now)) + " ago"
                    + (event.warning() ? ", warning" : "") + ": " + event.reason() + ": " + event.message());
        }
        return lines;
    }

    private void sayWhatToDo() {
        var todo = new ArrayList<String>();
        if (outcome.kind() == TaskOutcome.Kind.SUCCEEDED) {
            todo.add("Look at the change: kubectl agenttask diff NAME");
            todo.add("Take it: git fetch " + url() + " " + outcome.link());
        } else {
            todo.addAll(Advice.on(outcome.reason(), failureClass()));
        }
        if (!outcome.finished()) {
            todo.addAll(whileItIsUnfinished());
        }
        salvage().ifPresent(ref -> todo.add("Take what was kept of its work: git fetch " + url() + " " + ref));
        heading("What to do");
        todo.forEach(line -> lines.add("  " + withOptions(line)));
    }

    private List<String> whileItIsUnfinished() {
        return switch (status.phase()) {
            case null ->
                List.of("See whether an operator runs: kubectl get pods --all-namespaces"
                        + " -l app.kubernetes.io/component=controller");
            case PENDING, QUEUED -> List.of("See when it starts: kubectl agenttask watch NAME");
            default ->
                List.of(
                        "See what it does: kubectl agenttask logs NAME --follow",
                        "Stop it, with its work kept: kubectl agenttask cancel NAME");
        };
    }

    private Optional<FailureClass> failureClass() {
        return outcome.kind() == TaskOutcome.Kind.CANCELLED
                ? Optional.of(FailureClass.CANCELLED)
                : status.latestAttempt().map(Attempt::failureClass);
    }

    private Optional<String> salvage() {
        return outcome.kind() == TaskOutcome.Kind.SUCCEEDED
                ? Optional.empty()
                : status.attempts().reversed().stream()
                        .map(Attempt::wipRef)
                        .filter(ref -> !ref.isEmpty())
                        .findFirst();
    }

    private String url() {
        return facts.task().getSpec().repository().url();
    }

    private String withOptions(String line) {
        return line.replaceAll("(kubectl agenttask \\w+ NAME|kubectl patch agenttask NAME)", "$1" + facts.again())
                .replace("NAME", outcome.name());
    }

    private void heading(String text) {
        lines.add("");
        lines.add(text);
    }

    private static String word(FailureClass failureClass) {
        return failureClass.name().charAt(0) + failureClass.name().substring(1).toLowerCase(java.util.Locale.ROOT);
    }
}
