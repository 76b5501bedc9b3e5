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

    /** On a task: the batch that made it. */
    public static final String BATCH = "agenttask.dev/batch";

    public static final String BATCH_UID = "agenttask.dev/batch-uid";
    /** On a task of a batch: its item. */
    public static final String ITEM = "agenttask.dev/item";
    /** On a task that is suspended because its batch is. */
    public static final String SUSPENDED_WITH_BATCH = "agenttask.dev/suspended-with-batch";

    /** On what belongs to a forecast of conflicts: which group of results it is about. */
    public static final String FORECAST = "agenttask.dev/forecast";

    /** On a pod until its outcome is in the status of the task. */
    public static final String OUTCOME_FINALIZER = "agenttask.dev/outcome";
    /** On a task until its pods are over. */
    public static final String CLEANUP_FINALIZER = "agenttask.dev/cleanup";
    /** On a pod that was told to stop: a {@link Stop} as JSON. */
    public static final String STOP = "agenttask.dev/stop";

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

    /** The labels of everything that belongs to the forecast of a group of results. */
    public static Map<String, String> ofForecast(String group) {
        var labels = new LinkedHashMap<String, String>();
        labels.put(MANAGED_BY, AGENTTASK);
        labels.put(FORECAST, group);
        return labels;
    }
}
