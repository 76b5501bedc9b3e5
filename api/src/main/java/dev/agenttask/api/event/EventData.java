package dev.agenttask.api.event;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.agenttask.api.Absent;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Texts;
import dev.agenttask.api.Usage;
import dev.agenttask.api.VerificationResult;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/**
 * What one progress event says. The type of the event tells which of these it carries.
 *
 * <p>The descriptions are those of the schemas in {@code docs/events}, and {@code @Required} is for what every event of the
 * type has had from the beginning: a field that is added later never is, as older events lack it.
 */
public sealed interface EventData {

    /** The CloudEvents {@code type} of an event that carries this. */
    String type();

    /** The task is in another phase. */
    @JsonClassDescription(
            "The task is in another phase. From the controller. After Succeeded, Failed or Cancelled there is"
                    + " no other.")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record PhaseChanged(
            @Required @JsonPropertyDescription("The new phase.")
            Phase phase,

            @JsonPropertyDescription("Why, as one CamelCase word.")
            String reason,

            @JsonPropertyDescription("Why, in a sentence.") String message)
            implements EventData {
        static final String TYPE = "phase";

        public PhaseChanged {
            reason = Absent.toEmpty(reason);
            message = Absent.toEmpty(message);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** A step, or one command of it, has begun. */
    @JsonClassDescription("A step, or one command of it, has begun. From the worker.")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record StepStarted(
            @Required @JsonPropertyDescription("The step: clone, setup, agent, snapshot, verify or deliver.")
            String step,

            @JsonPropertyDescription("Name of the setup step or check; not given for a step as a whole.")
            String name)
            implements EventData {
        static final String TYPE = "step.started";

        public StepStarted {
            step = Absent.toEmpty(step);
            name = Absent.toEmpty(name);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** A step, or one command of it, has ended. */
    @JsonClassDescription("A step, or one command of it, has ended. From the worker.")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record StepFinished(
            @Required @JsonPropertyDescription("The step: clone, setup, agent, snapshot, verify or deliver.")
            String step,

            @JsonPropertyDescription("Name of the setup step or check; not given for a step as a whole.")
            String name,

            @Required @JsonPropertyDescription("Whether it did what it was for.")
            boolean ok,

            @JsonPropertyDescription(
                    "Exit code of the command; not given where there was none, or where it was stopped.")
            @Nullable
            Integer exitCode,

            @Required @JsonPropertyDescription("How long it took, in milliseconds.")
            long durationMillis,

            @JsonPropertyDescription("What to know about it, in a sentence.")
            String message)
            implements EventData {
        static final String TYPE = "step.finished";

        public StepFinished {
            step = Absent.toEmpty(step);
            name = Absent.toEmpty(name);
            message = Absent.toEmpty(message);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** Output of the sandbox or the clean room. */
    @JsonClassDescription(
            "Output of the sandbox or the clean room, of one or more whole lines. From the worker, without the"
                    + " secrets that it knows. The agent prints what it likes: this is never proof.")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Log(
            @Required @JsonPropertyDescription("The step that printed it: setup, agent or verify.")
            String step,

            @JsonPropertyDescription(
                    "The lines, the last without its line feed; not given for one empty line. Malformed UTF-8"
                            + " and control characters are replaced.")
            String text,

            @Required @JsonPropertyDescription("Whether a line was cut because it was too long.")
            boolean truncated)
            implements EventData {
        static final String TYPE = "log";

        public Log {
            step = Absent.toEmpty(step);
            text = Absent.toEmpty(text);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** The checks are over. */
    @JsonClassDescription("The checks are over. From the worker, which ran them itself in the clean room.")
    record Verified(
            @Required @JsonPropertyDescription("What they said.")
            VerificationResult result) implements EventData {
        static final String TYPE = "verification";

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** The attempt is over. */
    @JsonClassDescription("The attempt is over. From the worker it is what the worker knows, and its last event; the"
            + " controller's is the outcome. Another attempt may follow.")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Finished(
            @Required @JsonPropertyDescription("How it ended.")
            Attempt.Outcome outcome,

            @JsonProperty("class")
            @JsonPropertyDescription("Whose failure it was; not given when it succeeded.")
            @Nullable
            FailureClass failureClass,

            @JsonPropertyDescription("Why it ended so, as one CamelCase word.")
            String reason,

            @JsonPropertyDescription("Why it ended so, in a sentence.")
            String message,

            @JsonPropertyDescription("The branch that was pushed.")
            String branch,

            @JsonPropertyDescription("Id of the commit that was delivered or salvaged.")
            String commit,

            @JsonPropertyDescription("Where unfinished or undelivered work is: git fetch ORIGIN THIS_REF brings it.")
            String wipRef)
            implements EventData {
        static final String TYPE = "result";

        public Finished {
            reason = Absent.toEmpty(reason);
            message = Absent.toEmpty(message);
            branch = Absent.toEmpty(branch);
            commit = Absent.toEmpty(commit);
            wipRef = Absent.toEmpty(wipRef);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** The work of an agent that goes on was pushed, so that a lost pod loses little. */
    @JsonClassDescription(
            "The work of an agent that goes on was pushed, so that a lost pod loses little. From the worker.")
    record Checkpoint(
            @Required @JsonPropertyDescription("Where it is: git fetch ORIGIN THIS_REF brings it.")
            String ref,

            @Required @JsonPropertyDescription("Id of the commit.")
            String commit,

            @Required @JsonPropertyDescription("How many files differ from the base.")
            int files)
            implements EventData {
        static final String TYPE = "checkpoint";

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** What the agent of this attempt says it used so far. A claim, and never proof. */
    @JsonClassDescription(
            "What the agent says it used so far in this attempt. From the worker; a claim, and never proof.")
    record UsageReported(
            @Required @JsonPropertyDescription("In sum since the attempt began.")
            Usage usage) implements EventData {
        static final String TYPE = "usage";

        public UsageReported {
            usage = usage == null ? Usage.NONE : usage;
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** Words of the agent. */
    @JsonClassDescription("Words of the agent. From the worker, without the secrets that it knows; never proof.")
    record AgentMessage(
            @Required
            @JsonPropertyDescription(
                    "At most " + MAX_TEXT + " characters of it; control characters but line feeds are replaced.")
            String text)
            implements EventData {
        static final String TYPE = "agent.message";

        /** UTF-16 code units of a text, at most. */
        public static final int MAX_TEXT = 4096;

        public AgentMessage {
            text = Texts.cut(Absent.toEmpty(text), MAX_TEXT);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** The agent says that it uses a tool, and says so again when that is over. */
    @JsonClassDescription(
            "The agent says that it uses a tool, and says so again when that is over. From the worker, without the"
                    + " secrets that it knows; never proof.")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record AgentTool(
            @Required
            @JsonInclude(JsonInclude.Include.ALWAYS)
            @JsonPropertyDescription(
                    "Name of the tool, such as Bash or file_change; at most " + MAX_NAME + " characters.")
            String name,

            @JsonPropertyDescription("What it is used on, in a line of at most " + MAX_INPUT + " characters.")
            String input,

            @JsonPropertyDescription("Whether it did what it was for; not given where it has only begun.") @Nullable
            Boolean ok)
            implements EventData {
        static final String TYPE = "agent.tool";

        /** UTF-16 code units of a name, at most. */
        public static final int MAX_NAME = 128;

        /** UTF-16 code units of an input, at most. */
        public static final int MAX_INPUT = 512;

        public AgentTool {
            name = Texts.cut(Absent.toEmpty(name), MAX_NAME);
            input = Texts.cut(Absent.toEmpty(input), MAX_INPUT);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** Events were dropped here. */
    @JsonClassDescription(
            "Events were dropped here: because a command printed too fast, because Kafka was away for longer"
                    + " than the spool could hold or did not take them, or because a worker crashed while the disk took nothing."
                    + " From the worker. Where they had numbers, it has that of the last.")
    record Gap(
            @Required @JsonPropertyDescription("How many events, at least.")
            long events) implements EventData {
        static final String TYPE = "gap";

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** The latest state of a task, on the compacted topic. */
    @JsonClassDescription("The latest state of a task. From the controller, on the compacted topic alone.")
    record State(
            @Required @JsonPropertyDescription("Namespace of the task.")
            String namespace,

            @Required @JsonPropertyDescription("Name of the task.")
            String name,

            @Required @JsonPropertyDescription("The status, as in the resource.")
            AgentTaskStatus status)
            implements EventData {
        static final String TYPE = "state";

        @Override
        public String type() {
            return TYPE;
        }
    }
}
