package dev.agenttask.api.attempt;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.agenttask.api.Absent;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.Base;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Texts;
import dev.agenttask.api.Usage;
import dev.agenttask.api.VerificationResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
 * @param checks how each setup step and check of the clean room ended, in order; empty where there was no room to tell
 * @param files how many files differ from the base
 * @param insertions how many lines were added
 * @param deletions how many lines were removed
 * @param logKept whether what the commands printed was pushed to the log ref of the attempt
 * @param usage what the agent says it used; in the message an array of its fields in their order
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
        boolean logKept,

        @JsonFormat(shape = JsonFormat.Shape.ARRAY) @Nullable
        Usage usage) {

    /** Bytes of UTF-8 that one report may take. */
    public static final int MAX_BYTES = 1024;

    /** UTF-16 code units of a message that matter more than what else a report can do without. */
    private static final int BEGINNING = 200;

    /** The ellipsis that stands for what is cut, and a word before it. */
    private static final int SHORTEST = 8;

    /** JSON writes a control character as an escape of so many. */
    private static final int MOST_BYTES_OF_A_CHAR = 6;

    /** All went well, and there is nothing to say. */
    public static final StepReport NONE =
            new StepReport(null, "", "", null, "", "", "", null, List.of(), 0, 0, 0, false);

    /** A report that says nothing of what the agent used. */
    public StepReport(
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
        this(
                failureClass,
                reason,
                message,
                base,
                commit,
                branch,
                wipRef,
                verdict,
                checks,
                files,
                insertions,
                deletions,
                logKept,
                null);
    }

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
     * @param millis how long it took; 0 where there was no room to tell
     */
    public record Check(
            @Nullable Integer exit,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) long millis) {}

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
        return with(message, ref, logKept, usage);
    }

    /** This report, of an attempt whose log was pushed. */
    public StepReport withLogKept() {
        return with(message, wipRef, true, usage);
    }

    /** This report with another message. */
    public StepReport withMessage(String text) {
        return with(text, wipRef, logKept, usage);
    }

    /** This report of an agent that says it used that. */
    public StepReport withUsage(Usage used) {
        return with(message, wipRef, logKept, used);
    }

    private StepReport shortened(@Nullable Base newBase, List<Check> newChecks) {
        return new StepReport(
                failureClass,
                reason,
                message,
                newBase,
                commit,
                branch,
                wipRef,
                verdict,
                newChecks,
                files,
                insertions,
                deletions,
                logKept,
                usage);
    }

    private StepReport with(String newMessage, String newWipRef, boolean newLogKept, @Nullable Usage newUsage) {
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
                newLogKept,
                newUsage);
    }

    /**
     * As a termination message of at most {@value #MAX_BYTES} bytes. Where that is too much, what matters less goes until
     * the beginning of the message fits: how long the checks took, how they ended one by one, the name of the base. Then
     * the message loses its end. What the checks say together, the reason and what the agent used always stay.
     */
    public String toTerminationMessage() {
        var beginning = Texts.cut(message, BEGINNING);
        return Stream.of(this, shortened(base, untimed()), shortened(base, List.of()), shortened(unnamed(), List.of()))
                .filter(report -> report.withMessage(beginning).excess() <= 0)
                .findFirst()
                .orElseGet(() -> shortened(unnamed(), List.of()))
                .withMessageThatFits()
                .json();
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

    private List<Check> untimed() {
        return checks.stream().map(check -> new Check(check.exit(), 0)).toList();
    }

    private @Nullable Base unnamed() {
        return base == null ? null : new Base("", base.commit());
    }

    private StepReport withMessageThatFits() {
        var report = this;
        for (var excess = excess(); excess > 0 && !report.message.isEmpty(); excess = report.excess()) {
            var keep = report.message.length() - Math.ceilDiv(excess, MOST_BYTES_OF_A_CHAR);
            report = report.withMessage(keep < SHORTEST ? "" : Texts.cut(report.message, keep));
        }
        return report;
    }

    /** How many bytes it is too long. */
    private int excess() {
        return json().getBytes(StandardCharsets.UTF_8).length - MAX_BYTES;
    }

    private String json() {
        return AgentTaskJson.text(this);
    }
}
