package dev.agenttask.api.batch;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a batch is, for people. The last three are final. */
public enum BatchPhase {
    /** Its first items run; the others wait for them. */
    @JsonProperty("Canary")
    CANARY,
    /** Tasks are started, or run. */
    @JsonProperty("Running")
    RUNNING,
    /** A person holds it. */
    @JsonProperty("Suspended")
    SUSPENDED,
    /** Nothing more is started, because of failures or because it was cancelled; what runs goes on to its end. */
    @JsonProperty("Stopping")
    STOPPING,
    /** Every task succeeded. */
    @JsonProperty("Succeeded")
    SUCCEEDED,
    /** It ended without that; the condition {@code Succeeded} says why. */
    @JsonProperty("Failed")
    FAILED,
    /** A person ended it. */
    @JsonProperty("Cancelled")
    CANCELLED;

    /** Whether a batch in this phase stays in it. */
    public boolean terminal() {
        return switch (this) {
            case SUCCEEDED, FAILED, CANCELLED -> true;
            case CANARY, RUNNING, SUSPENDED, STOPPING -> false;
        };
    }
}
