package dev.agenttask.worker.sandbox;

import java.util.OptionalInt;

/** What the worker's main flow waits for. */
public sealed interface Signal {

    /** The supervisor is up and takes requests. */
    record Ready() implements Signal {}

    /**
     * The command is over, and every process that it started is gone.
     *
     * @param exitCode its exit code; empty if it was stopped
     */
    record Ended(OptionalInt exitCode) implements Signal {}

    /** The workspace has become larger than the plan permits. */
    record WorkspaceTooLarge() implements Signal {}

    /** The kubelet ends the pod. */
    record Terminate() implements Signal {}
}
