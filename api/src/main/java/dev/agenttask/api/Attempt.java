package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One pod's try at a task. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Attempt(
        @Required @JsonPropertyDescription("1 for the first try.")
        int number,

        @Required @JsonPropertyDescription("Name of the pod.")
        String podName,

        @JsonPropertyDescription("When the pod was created.") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
        Instant startedAt,

        @JsonPropertyDescription("When its outcome was known.") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
        Instant finishedAt,

        @JsonPropertyDescription("How long that took, in seconds; not given while it runs.") @Nullable
        Long durationSeconds,

        @JsonPropertyDescription("Succeeded, Failed or Cancelled; not given while it runs.") @Nullable
        Outcome outcome,

        @JsonProperty("class")
        @JsonPropertyDescription("Whose failure it was: Infrastructure, Agent, Verification, Task or Cancelled.")
        @Nullable
        FailureClass failureClass,

        @JsonPropertyDescription("Why it ended so, as one CamelCase word.")
        String reason,

        @JsonPropertyDescription("Why it ended so, in a sentence.") @Size(max = 4096)
        String message,

        @JsonPropertyDescription("Where the unfinished or unverified work was kept, or its last checkpoint: git fetch"
                + " ORIGIN THIS_REF brings it.")
        String wipRef,

        @JsonPropertyDescription(
                "Where all that the commands of the attempt printed was kept: git fetch ORIGIN THIS_REF"
                        + " brings it.")
        String logRef,

        @JsonPropertyDescription("What the agent says it used so far. Not given where it does not say.") @Nullable
        Usage usage) {

    /** How an attempt ended. */
    public enum Outcome {
        @JsonProperty("Succeeded")
        SUCCEEDED,
        @JsonProperty("Failed")
        FAILED,
        @JsonProperty("Cancelled")
        CANCELLED
    }

    public Attempt {
        reason = Absent.toEmpty(reason);
        message = Absent.toEmpty(message);
        wipRef = Absent.toEmpty(wipRef);
        logRef = Absent.toEmpty(logRef);
    }

    /** This attempt, with work kept at that ref. */
    public Attempt withWipRef(String ref) {
        return with(ref, usage);
    }

    /** This attempt, whose agent says it used that. */
    public Attempt withUsage(Usage used) {
        return with(wipRef, used);
    }

    private Attempt with(String newWipRef, @Nullable Usage newUsage) {
        return new Attempt(
                number,
                podName,
                startedAt,
                finishedAt,
                durationSeconds,
                outcome,
                failureClass,
                reason,
                message,
                newWipRef,
                logRef,
                newUsage);
    }

    /** Whether its outcome is known. */
    @JsonIgnore
    public boolean finished() {
        return outcome != null;
    }
}
