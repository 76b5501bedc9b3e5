package dev.agenttask.worker.sandbox;

/** What the worker's main flow waits for. */
public sealed interface Signal {

    /** The supervisor is up and takes requests. */
    record Ready() implements Signal {}

    /** The command is over, and every process that it started is gone. */
    sealed interface Ended extends Signal {}

    /** The command ended by itself, with that exit code. */
    record Exited(int code) implements Ended {}

    /** The command was stopped, since the worker said so. */
    record Stopped() implements Ended {}

    /** The command was stopped, since the supervisor got a SIGTERM of which the worker told it nothing. */
    record Terminated() implements Ended {}

    /** The command was stopped, since it showed no sign of life for as long as the worker permits. */
    record Stalled() implements Ended {}

    /** The workspace has become larger than the plan permits. */
    record WorkspaceTooLarge() implements Signal {}

    /** The kubelet ends the pod. */
    record Terminate() implements Signal {}
}
