package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a task is, for people. The last three are final: a task never leaves them. */
public enum Phase {
    /** Accepted, and waits for something it needs, such as a Secret. */
    @JsonProperty("Pending")
    PENDING,
    /** Ready, and waits for its turn. */
    @JsonProperty("Queued")
    QUEUED,
    /** An attempt clones, sets up or runs the agent. */
    @JsonProperty("Running")
    RUNNING,
    /** The checks run in the clean room. */
    @JsonProperty("Verifying")
    VERIFYING,
    /** The result is being pushed. */
    @JsonProperty("Delivering")
    DELIVERING,
    /** A change exists, was delivered as asked, and no check says otherwise. */
    @JsonProperty("Succeeded")
    SUCCEEDED,
    /** It ended without that; the condition {@code Succeeded} says why. */
    @JsonProperty("Failed")
    FAILED,
    /** A person ended it. */
    @JsonProperty("Cancelled")
    CANCELLED;

    /** Whether a task in this phase stays in it. */
    public boolean terminal() {
        return switch (this) {
            case SUCCEEDED, FAILED, CANCELLED -> true;
            case PENDING, QUEUED, RUNNING, VERIFYING, DELIVERING -> false;
        };
    }
}
