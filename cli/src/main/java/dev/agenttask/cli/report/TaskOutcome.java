package dev.agenttask.cli.report;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a task stands, for whoever waits for its end.
 *
 * @param namespace of the task
 * @param name of the task
 * @param kind what it comes to
 * @param verified whether the operator ran checks, and every one passed
 * @param reason why, as one CamelCase word
 * @param message why, in a sentence
 * @param link the branch that was delivered; empty for none
 * @param took from its creation to its end; zero while it has none
 * @param batch that it is of; empty for none
 */
public record TaskOutcome(
        String namespace,
        String name,
        Kind kind,
        boolean verified,
        String reason,
        String message,
        String link,
        Duration took,
        String batch) {

    private static final String BATCH = "agenttask.dev/batch";

    /** What a task comes to. */
    public enum Kind {
        SUCCEEDED,
        FAILED,
        CANCELLED,
        /** It was deleted before it ended. */
        DELETED,
        /** It is an item of a batch that ended before this was begun, because of other items. */
        NOT_STARTED,
        UNFINISHED
    }

    /** How the task stands by its status. */
    public static TaskOutcome of(AgentTask task) {
        var status = status(task);
        var succeeded = status.condition(Condition.SUCCEEDED);
        return new TaskOutcome(
                task.getMetadata().getNamespace(),
                task.getMetadata().getName(),
                kind(status),
                status.condition(Condition.VERIFIED)
                        .filter(c -> c.status().equals("True"))
                        .isPresent(),
                succeeded.map(Condition::reason).orElse("NotYetSeen"),
                succeeded
                        .map(Condition::message)
                        .orElse(
                                "No operator has looked at it yet. Is one running? See: kubectl get pods --all-namespaces"
                                        + " -l app.kubernetes.io/component=controller"),
                Optional.ofNullable(status.result()).map(Result::link).orElse(""),
                took(task, status),
                Optional.ofNullable(task.getMetadata().getLabels())
                        .map(labels -> labels.get(BATCH))
                        .orElse(""));
    }

    /** How a task stands that was deleted. */
    public static TaskOutcome deleted(AgentTask task) {
        var last = of(task);
        if (last.kind != Kind.UNFINISHED) {
            return last;
        }
        return new TaskOutcome(
                last.namespace,
                last.name,
                Kind.DELETED,
                false,
                "Deleted",
                "The task was deleted before it ended.",
                last.link,
                Duration.ZERO,
                last.batch);
    }

    /** Whether it will not change any more. */
    public boolean finished() {
        return kind != Kind.UNFINISHED;
    }

    /** The status of a task, if it has none yet an empty one. */
    public static AgentTaskStatus status(AgentTask task) {
        return Optional.ofNullable(task.getStatus()).orElse(AgentTaskStatus.NONE);
    }

    private static Kind kind(AgentTaskStatus status) {
        return switch (status.phase()) {
            case SUCCEEDED -> Kind.SUCCEEDED;
            case FAILED -> Kind.FAILED;
            case CANCELLED -> Kind.CANCELLED;
            case PENDING, QUEUED, RUNNING, VERIFYING, DELIVERING -> Kind.UNFINISHED;
            case null -> Kind.UNFINISHED;
        };
    }

    private static Duration took(AgentTask task, AgentTaskStatus status) {
        var created =
                Optional.ofNullable(task.getMetadata().getCreationTimestamp()).map(Instant::parse);
        return status.condition(Condition.FINISHED)
                .filter(c -> status.phase() != null && finished(status.phase()))
                .flatMap(c -> created.map(from -> Duration.between(from, c.lastTransitionTime())))
                .filter(Duration::isPositive)
                .orElse(Duration.ZERO);
    }

    private static boolean finished(Phase phase) {
        return phase.terminal();
    }
}
