package dev.agenttask.api.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.agenttask.api.Absent;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.VerificationResult;
import org.jspecify.annotations.Nullable;

/** What one progress event says. The type of the event tells which of these it carries. */
public sealed interface EventData {

    /** The CloudEvents {@code type} of an event that carries this. */
    String type();

    /**
     * The task is in another phase. From the controller.
     *
     * @param phase the new phase
     * @param reason why, as one CamelCase word
     * @param message why, in a sentence
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record PhaseChanged(Phase phase, String reason, String message) implements EventData {
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

    /**
     * A step, or one command of it, has begun.
     *
     * @param step clone, setup, agent, snapshot, verify or deliver
     * @param name of the setup step or check; empty for a step as a whole
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record StepStarted(String step, String name) implements EventData {
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

    /**
     * A step, or one command of it, has ended.
     *
     * @param step clone, setup, agent, snapshot, verify or deliver
     * @param name of the setup step or check; empty for a step as a whole
     * @param ok whether it did what it was for
     * @param exitCode of the command; null where there was none, or where it was stopped
     * @param durationMillis how long it took
     * @param message what to know about it
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record StepFinished(
            String step, String name, boolean ok, @Nullable Integer exitCode, long durationMillis, String message)
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

    /**
     * Output of the sandbox or the clean room, of one or more whole lines.
     *
     * @param step which step printed it
     * @param text the lines, the last without its line feed; malformed UTF-8 and control characters are replaced
     * @param truncated whether a line was cut because it was too long
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Log(String step, String text, boolean truncated) implements EventData {
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

    /**
     * The checks are over.
     *
     * @param result what they said
     */
    record Verified(VerificationResult result) implements EventData {
        static final String TYPE = "verification";

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * The attempt is over. From the worker it is what the worker knows; the controller's is the outcome.
     *
     * @param outcome how it ended
     * @param failureClass whose failure it was; null when it succeeded
     * @param reason one CamelCase word
     * @param message a sentence
     * @param branch the branch that was pushed
     * @param commit the commit that was delivered or salvaged
     * @param wipRef where unfinished or undelivered work is
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Finished(
            Attempt.Outcome outcome,
            @JsonProperty("class") @Nullable FailureClass failureClass,
            String reason,
            String message,
            String branch,
            String commit,
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

    /**
     * The work of an agent that goes on was pushed, so that a lost pod loses little.
     *
     * @param ref where it is
     * @param commit that it is
     * @param files how many files differ from the base
     */
    record Checkpoint(String ref, String commit, int files) implements EventData {
        static final String TYPE = "checkpoint";

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * Events were dropped here, because Kafka was away for longer than the spool could hold.
     *
     * @param events how many
     */
    record Gap(long events) implements EventData {
        static final String TYPE = "gap";

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * The latest state of a task, on the compacted topic.
     *
     * @param namespace of the task
     * @param name of the task
     * @param status as in the resource
     */
    record State(String namespace, String name, AgentTaskStatus status) implements EventData {
        static final String TYPE = "state";

        @Override
        public String type() {
            return TYPE;
        }
    }
}
