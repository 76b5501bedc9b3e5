package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** One check: a command whose exit code 0 says that the result is good. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "duration(self.timeout) >= duration('1s') && duration(self.timeout) <= duration('24h')",
        fieldPath = ".timeout",
        message = "must be between 1s and 24h")
public record VerifyCommand(
        @Required
        @JsonPropertyDescription("Name of the check, such as test or lint.")
        @Size(max = 63)
        @Pattern(Names.STEP)
        String name,

        @Required
        @JsonPropertyDescription("Shell script, run in the root of a clean checkout of the commit to be delivered.")
        @Size(min = 1, max = 16384)
        String run,

        @Default("30m")
        @JsonPropertyDescription(
                "How long it may take, such as 90s, 10m or 1h30m. A check that takes longer has failed.")
        @Size(max = 32)
        @Pattern(Durations.PATTERN)
        String timeout) {

    public VerifyCommand {
        timeout = timeout == null ? "30m" : timeout;
    }
}
