package dev.agenttask.controller.task;

import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import java.util.LinkedHashMap;
import java.util.Map;

/** Labels, annotations and finalizers that the operator puts on what it makes. */
public final class Labels {

    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String AGENTTASK = "agenttask";
    public static final String TASK = "agenttask.dev/task";
    public static final String TASK_UID = "agenttask.dev/task-uid";
    public static final String ATTEMPT = "agenttask.dev/attempt";

    /** On a pod until its outcome is in the status of the task. */
    public static final String OUTCOME_FINALIZER = "agenttask.dev/outcome";
    /** On a task until its pods are over. */
    public static final String CLEANUP_FINALIZER = "agenttask.dev/cleanup";
    /** On a pod that was told to stop: a {@link Stop} as JSON. */
    public static final String STOP = "agenttask.dev/stop";
    /** On a Secret: the hosts that it may be sent to. */
    public static final String HOSTS = "agenttask.dev/hosts";

    private Labels() {}

    /** The labels of everything that belongs to one attempt. */
    public static Map<String, String> of(TaskId task, int attempt) {
        var labels = new LinkedHashMap<String, String>();
        labels.put(MANAGED_BY, AGENTTASK);
        labels.put(TASK, task.name());
        labels.put(TASK_UID, task.uid());
        labels.put(ATTEMPT, Integer.toString(attempt));
        return labels;
    }
}
