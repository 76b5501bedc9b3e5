package dev.agenttask.controller.task;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The names of what belongs to an attempt. They follow from the task alone, so that a second try finds the first. */
public final class AttemptNames {

    private static final int MAX_NAME = 63;
    private static final int HASH_LENGTH = 8;

    private AttemptNames() {}

    /** Namespace, name and UID of a task. */
    public static TaskId id(AgentTask task) {
        var metadata = task.getMetadata();
        return new TaskId(metadata.getNamespace(), metadata.getName(), metadata.getUid());
    }

    /**
     * The name of an attempt's pod, Secret and network policy: a DNS label of at most 63 characters, which differs
     * between tasks of one name.
     */
    public static String pod(TaskId task, int attempt) {
        var end = "-" + attempt + "-" + hash(task.uid(), HASH_LENGTH);
        var room = MAX_NAME - end.length();
        return task.name().substring(0, Math.min(room, task.name().length())) + end;
    }

    /** The branch that a result is pushed to when the task names none. */
    public static String branch(TaskId task) {
        return "agenttask/" + task.name() + "-" + task.shortUid();
    }

    /** Where unfinished or undelivered work of an attempt is kept in the repository. */
    public static String wipRef(TaskId task, int attempt) {
        return "refs/agenttask/wip/" + task.name() + "-" + task.shortUid() + "/" + attempt;
    }

    /** Where what the commands of an attempt printed is kept in the repository. */
    public static String logRef(TaskId task, int attempt) {
        return "refs/agenttask/log/" + task.name() + "-" + task.shortUid() + "/" + attempt;
    }

    /** The first hexadecimal digits of the hash of a text, for a name. */
    public static String hash(String text, int length) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, length);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
