package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** The checks that prove the result. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Verification(
        @Required
        @JsonPropertyDescription("The checks, run one after the other. All of them run, also after one has failed.")
        @Size(min = 1, max = 16)
        List<VerifyCommand> commands) {

    public Verification {
        commands = Absent.toEmpty(commands);
    }
}
