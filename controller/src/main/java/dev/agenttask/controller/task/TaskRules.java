package dev.agenttask.controller.task;

import java.time.Duration;

/**
 * The operator's settings that the rules of a task's life depend on.
 *
 * @param inputRetry how long until a missing Secret or ConfigMap is looked for again
 * @param promptTimeout how long a ConfigMap with the prompt may be missing
 * @param imagePullTimeout how long an image may fail to be pulled, or a container to start
 * @param schedulingTimeout how long no node may have room for a pod
 * @param startTimeout how long a pod may make no step at all
 * @param progressInterval progress is written to the status once in this time at most
 * @param grace what a pod gets between SIGTERM and SIGKILL
 * @param slack what the kubelet and the API server may take beyond any time that is promised
 */
public record TaskRules(
        Duration inputRetry,
        Duration promptTimeout,
        Duration imagePullTimeout,
        Duration schedulingTimeout,
        Duration startTimeout,
        Duration progressInterval,
        Duration grace,
        Duration slack) {

    /** What holds when the operator's configuration says nothing else. */
    public static final TaskRules DEFAULT = new TaskRules(
            Duration.ofSeconds(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60));
}
