package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the checks said about one commit. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record VerificationResult(
        @Required @JsonPropertyDescription("Passed, Failed or Incomplete.")
        Verdict verdict,

        @JsonPropertyDescription("The commit that was checked.")
        String commit,

        @JsonPropertyDescription("Every setup step and check that ran, in order.") @Size(max = 32)
        List<CommandResult> commands) {

    /** What the checks say together. */
    public enum Verdict {
        /** Every check ran and exited 0. */
        @JsonProperty("Passed")
        PASSED,
        /** At least one check exited otherwise or took too long. */
        @JsonProperty("Failed")
        FAILED,
        /** The clean room ended before every check had run. */
        @JsonProperty("Incomplete")
        INCOMPLETE
    }

    public VerificationResult {
        commit = Absent.toEmpty(commit);
        commands = Absent.toEmpty(commands);
    }

    /** How one check ended. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record CommandResult(
            @Required @JsonPropertyDescription("Name of the check or setup step.")
            String name,

            @JsonPropertyDescription("Its exit code; not given when it was stopped.") @Nullable
            Integer exitCode,

            @JsonPropertyDescription("How long it took, in milliseconds.")
            long durationMillis,

            @JsonPropertyDescription("Whether it was stopped at its timeout.")
            boolean timedOut) {

        /** Whether it says that the result is good. */
        @JsonIgnore
        public boolean passed() {
            return exitCode != null && exitCode == 0 && !timedOut;
        }
    }
}
