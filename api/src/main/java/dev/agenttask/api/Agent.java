package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** The untrusted program that does the work. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "self.type != 'command' || has(self.command)",
        fieldPath = ".command",
        message = "is required for type command: the program that does the work, and its first arguments")
public record Agent(
        @Required
        @JsonPropertyDescription(
                "Which agent runs. command: a program of your own. It starts in the clone, finds the prompt"
                        + " in the file named by AGENTTASK_PROMPT, and says by exit code 0 that it is done.")
        Type type,

        @JsonPropertyDescription("Container image of the sandbox and of the clean room: the project's toolchain and the"
                + " agent. Default: what the operator is configured with.")
        @Size(max = 1024)
        String image,

        @JsonPropertyDescription(
                "Name of the model. For type command it is in the environment of the agent, as AGENTTASK_MODEL.")
        @Size(max = 128)
        @Pattern("^[!-~]+$")
        String model,

        @JsonPropertyDescription("The program and its arguments, for type command. No shell is involved.")
        @Size(min = 1, max = 64)
        List<@Size(max = 32768) String> command,

        @JsonPropertyDescription("More arguments, after those of command.") @Size(max = 64)
        List<@Size(max = 32768) String> args,

        @JsonPropertyDescription(
                "Environment variables of the sandbox and the clean room. Literal values only: they are not"
                        + " secret.")
        @Size(max = 64)
        List<EnvironmentVariable> env,

        @Default("text")
        @JsonPropertyDescription(
                "How what the agent prints is read. text: as it is. codex: the JSON lines of codex exec --json."
                        + " claude-code: those of claude -p --output-format stream-json --verbose. The last two say what"
                        + " the agent does and uses; that is its claim, and decides nothing.")
        Output output) {

    /** The kinds of agent. */
    public enum Type {
        @JsonProperty("command")
        COMMAND
    }

    /** What an agent prints. */
    public enum Output {
        @JsonProperty("text")
        TEXT,
        @JsonProperty("codex")
        CODEX,
        @JsonProperty("claude-code")
        CLAUDE_CODE
    }

    public Agent {
        image = Absent.toEmpty(image);
        model = Absent.toEmpty(model);
        output = output == null ? Output.TEXT : output;
        command = Absent.toEmpty(command);
        args = Absent.toEmpty(args);
        env = Absent.toEmpty(env);
    }

    /** A literal environment variable. */
    public record EnvironmentVariable(
            @Required
            @JsonPropertyDescription("Name of the variable. Names that begin with AGENTTASK_ are the operator's.")
            @Size(max = 255)
            @Pattern("^[A-Za-z_][A-Za-z0-9_]*$")
            @ValidationRule(value = "!self.startsWith('AGENTTASK_')", message = "must not begin with AGENTTASK_")
            String name,

            @JsonPropertyDescription("Its value, literally.") @Size(max = 8192)
            String value) {

        public EnvironmentVariable {
            value = Absent.toEmpty(value);
        }
    }
}
