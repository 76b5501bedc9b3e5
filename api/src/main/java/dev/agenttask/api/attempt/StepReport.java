package dev.agenttask.api.attempt;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.agenttask.api.Absent;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.Base;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.VerificationResult;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a trusted container says when it ends, in its termination message. An empty reason says that all went well.
 *
 * <p>Kubernetes gives all containers of a pod 12 KiB together, so that one message is {@value #MAX_BYTES} bytes at most.
 *
 * @param failureClass whose failure it was
 * @param reason one CamelCase word; empty when there was no failure
 * @param message a sentence that a person can act on, without secrets
 * @param base what the work started from
 * @param commit the commit that was made of the work
 * @param branch the branch that was pushed
 * @param wipRef where unfinished or undelivered work was pushed
 * @param verdict what the checks say together
 * @param checks how each setup step and check of the clean room ended, in order
 * @param files how many files differ from the base
 * @param insertions how many lines were added
 * @param deletions how many lines were removed
 * @param logKept whether what the commands printed was pushed to the log ref of the attempt
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record StepReport(
        @Nullable FailureClass failureClass,
        String reason,
        String message,
        @Nullable Base base,
        String commit,
        String branch,
        String wipRef,
        VerificationResult.@Nullable Verdict verdict,
        List<Check> checks,
        int files,
        int insertions,
        int deletions,
        boolean logKept) {

    /** Bytes of UTF-8 that one report may take. */
    public static final int MAX_BYTES = 1024;

    /** All went well, and there is nothing to say. */
    public static final StepReport NONE =
            new StepReport(null, "", "", null, "", "", "", null, List.of(), 0, 0, 0, false);

    public StepReport {
        reason = Absent.toEmpty(reason);
        message = Absent.toEmpty(message);
        commit = Absent.toEmpty(commit);
        branch = Absent.toEmpty(branch);
        wipRef = Absent.toEmpty(wipRef);
        checks = Absent.toEmpty(checks);
    }

    /**
     * How one setup step or check ended, without its name: the reader knows the order.
     *
     * @param exit its exit code; null when it was stopped at its timeout
     * @param millis how long it took
     */
    public record Check(@Nullable Integer exit, long millis) {}

    /** Whether the container did what it was for. */
    @JsonIgnore
    public boolean ok() {
        return reason.isEmpty();
    }

    /** A report of a failure, and nothing else. */
    public static StepReport failure(FailureClass failureClass, String reason, String message) {
        return new StepReport(failureClass, reason, message, null, "", "", "", null, List.of(), 0, 0, 0, false);
    }

    /** This report with another place of salvage. */
    public StepReport withWipRef(String ref) {
        return with(message, ref, logKept);
    }

    /** This report, of an attempt whose log was pushed. */
    public StepReport withLogKept() {
        return with(message, wipRef, true);
    }

    /** This report with another message. */
    public StepReport withMessage(String text) {
        return with(text, wipRef, logKept);
    }

    private StepReport with(String newMessage, String newWipRef, boolean newLogKept) {
        return new StepReport(
                failureClass,
                reason,
                newMessage,
                base,
                commit,
                branch,
                newWipRef,
                verdict,
                checks,
                files,
                insertions,
                deletions,
                newLogKept);
    }

    /** As a termination message of at most {@value #MAX_BYTES} bytes: a message that is too long loses its end. */
    public String toTerminationMessage() {
        var json = json();
        var excess = json.getBytes(StandardCharsets.UTF_8).length - MAX_BYTES;
        if (excess <= 0 || message.isEmpty()) {
            return json;
        }
        var keep = Math.max(0, message.length() - excess - 3);
        if (keep > 0 && Character.isHighSurrogate(message.charAt(keep - 1))) {
            keep--;
        }
        return withMessage(keep == 0 ? "" : message.substring(0, keep) + "...").toTerminationMessage();
    }

    /** Reads a termination message; empty for text that is not one, which a killed container leaves. */
    public static Optional<StepReport> parse(@Nullable String terminationMessage) {
        if (terminationMessage == null || !terminationMessage.startsWith("{")) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(AgentTaskJson.MAPPER.readValue(terminationMessage, StepReport.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private String json() {
        try {
            return AgentTaskJson.MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
