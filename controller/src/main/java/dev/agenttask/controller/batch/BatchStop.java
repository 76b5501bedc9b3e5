package dev.agenttask.controller.batch;

import dev.agenttask.api.batch.AgentTaskBatchSpec;
import dev.agenttask.controller.task.Reasons;
import java.util.Optional;

/**
 * Why nothing more is started.
 *
 * @param reason as one CamelCase word
 * @param message a sentence
 */
record BatchStop(String reason, String message) {

    static Optional<BatchStop> of(AgentTaskBatchSpec spec, BatchLedger ledger) {
        if (spec.cancel()) {
            return Optional.of(new BatchStop(Reasons.CANCELLED, "spec.cancel is set."));
        }
        if (ledger.firstLost(BatchDecider.canary(spec))) {
            return Optional.of(new BatchStop(
                    Reasons.CANARY_FAILED, "Not every one of the first %d tasks succeeded.".formatted(spec.canary())));
        }
        var most = spec.maxFailures();
        if (most != null && ledger.failed() > most) {
            return Optional.of(new BatchStop(
                    Reasons.TOO_MANY_FAILURES,
                    "%d tasks failed, and spec.maxFailures is %d.".formatted(ledger.failed(), most)));
        }
        return Optional.empty();
    }
}
