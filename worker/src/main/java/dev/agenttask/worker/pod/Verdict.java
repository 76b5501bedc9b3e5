package dev.agenttask.worker.pod;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.agenttask.api.VerificationResult;
import dev.agenttask.api.attempt.StepReport;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the worker found about the agent's work, written once the clean room is done.
 *
 * @param commit the one commit made of the work; empty when there was no change
 * @param verification what the checks said; null when the task has none, or when there was nothing to check
 * @param report what the delivery acts on: it delivers if this is {@link StepReport#ok ok}, and else passes it on
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Verdict(String commit, @Nullable VerificationResult verification, StepReport report) {

    public Verdict {
        commit = commit == null ? "" : commit;
    }

    /** What the checks said, if there were any. */
    @JsonIgnore
    public Optional<VerificationResult> checks() {
        return Optional.ofNullable(verification);
    }
}
