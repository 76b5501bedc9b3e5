package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** The checks that prove the result. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "self.commands.all(c, self.commands.exists_one(d, d.name == c.name))",
        fieldPath = ".commands",
        message = "must have names that differ")
public record Verification(
        @Required
        @JsonPropertyDescription("The checks, run one after the other. All of them run, also after one has failed.")
        @Size(min = 1, max = 16)
        List<VerifyCommand> commands) {

    public Verification {
        commands = Absent.toEmpty(commands);
    }
}
