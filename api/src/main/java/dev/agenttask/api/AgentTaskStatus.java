package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What has happened to a task. Written by the controller alone, once per change. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AgentTaskStatus(
        @JsonPropertyDescription("The generation of the spec that this status speaks of.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription(
                "Where the task is, for people: Pending, Queued, Running, Verifying, Delivering, Succeeded,"
                        + " Failed or Cancelled. The last three are final.")
        @Nullable
        Phase phase,

        @JsonPropertyDescription(
                "Where the task is, for machines: Succeeded, Finished, Admitted, Verified, Delivered and,"
                        + " where there is more than one result for a branch, MergesCleanly.")
        @Size(max = 16)
        List<Condition> conditions,

        @JsonPropertyDescription("What the work started from.") @Nullable
        Base base,

        @JsonPropertyDescription("Every try at the task, oldest first.") @Size(max = 32)
        List<Attempt> attempts,

        @JsonPropertyDescription("What the running attempt does now. Written at a bounded rate.") @Nullable
        Progress progress,

        @JsonPropertyDescription("What the checks said about the commit that was delivered.") @Nullable
        VerificationResult verification,

        @JsonPropertyDescription("What was delivered.") @Nullable
        Result result,

        @JsonPropertyDescription("What the agents of all these attempts say they used together.") @Nullable
        Usage usage,

        @JsonPropertyDescription("Whether the result merges with its base and with other results for the same branch.")
        @Nullable
        Forecast forecast) {

    /** The status of a task that nobody has looked at yet. */
    public static final AgentTaskStatus NONE =
            new AgentTaskStatus(null, null, List.of(), null, List.of(), null, null, null, null, null);

    public AgentTaskStatus {
        conditions = Absent.toEmpty(conditions);
        attempts = Absent.toEmpty(attempts);
    }

    /** The condition of that type, if it was ever set. */
    public Optional<Condition> condition(String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }

    /** The newest try at the task, if there was one. */
    public Optional<Attempt> latestAttempt() {
        return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast());
    }
}
