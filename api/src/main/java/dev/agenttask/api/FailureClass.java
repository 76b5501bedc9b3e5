package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whose failure an attempt's end was. Retries differ by class. */
public enum FailureClass {
    /** The platform's: a transient clone or push, an image, an eviction, a lost node, a crashed worker. */
    @JsonProperty("Infrastructure")
    INFRASTRUCTURE,
    /** The agent's: its exit code, out of memory, the deadline, no change. */
    @JsonProperty("Agent")
    AGENT,
    /** The checks say that the result is wrong. */
    @JsonProperty("Verification")
    VERIFICATION,
    /** The task's own: wrong input, missing rights, a refused push. Trying again cannot help. */
    @JsonProperty("Task")
    TASK,
    /** A person stopped it. */
    @JsonProperty("Cancelled")
    CANCELLED
}
