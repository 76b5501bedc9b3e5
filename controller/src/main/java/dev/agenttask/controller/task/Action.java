package dev.agenttask.controller.task;

/** Something to be done before the status is written. Each can be done again without harm. */
public sealed interface Action {

    /** Make the network policy, the Secret and the pod of an attempt. */
    record StartAttempt(int number, String prompt) implements Action {}

    /** Have the kubelet end a pod with its full grace; its statuses stay. */
    record StopPod(String pod, Stop stop) implements Action {}

    /** Delete a pod that no kubelet ends. The finalizer keeps it until its end is recorded. */
    record DeletePod(String pod, Stop stop) implements Action {}

    /** Delete the Secret of an attempt that is recorded, and its network policy if nothing runs, and let its pod go. */
    record ReleaseAttempt(String pod) implements Action {}

    /** Delete the task, because nobody wants to keep it for longer. */
    record DeleteTask() implements Action {}

    /** Let a task go that is marked for deletion and has nothing running. */
    record FinishDeletion() implements Action {}
}
