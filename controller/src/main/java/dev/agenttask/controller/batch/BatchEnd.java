package dev.agenttask.controller.batch;

import dev.agenttask.api.batch.BatchPhase;
import dev.agenttask.api.batch.BatchProblem;
import dev.agenttask.controller.task.Decision.TaskEvent;
import dev.agenttask.controller.task.Reasons;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The final statuses of a batch. Each sets every condition, so that waiting for any of them ends. */
final class BatchEnd {

    private final BatchObserved observed;
    private final BatchLedger ledger;
    private final BatchDraft draft;

    BatchEnd(BatchObserved observed, BatchLedger ledger, Instant now) {
        this.observed = observed;
        this.ledger = ledger;
        this.draft = new BatchDraft(observed, ledger, now);
    }

    /** Nothing was started, because the tasks of some items would not be what anybody wants. */
    BatchDecision invalid(List<BatchProblem> mistakes) {
        var message = "%d of %d items do not fit, so none was started. %s"
                .formatted(mistakes.size(), observed.batch().getSpec().items().size(), BatchDecider.words(mistakes));
        return written(draft.invalid(mistakes, message), true, Reasons.INVALID_BATCH, message);
    }

    /** All that was started is over. */
    BatchDecision end(Optional<BatchStop> stop) {
        if (ledger.succeeded() == observed.batch().getSpec().items().size()) {
            return written(
                    draft.over(BatchPhase.SUCCEEDED, Reasons.SUCCEEDED, draft.counts()),
                    false,
                    Reasons.SUCCEEDED,
                    draft.counts());
        }
        var reason = stop.map(BatchStop::reason).orElse(Reasons.ITEMS_FAILED);
        var phase = reason.equals(Reasons.CANCELLED) ? BatchPhase.CANCELLED : BatchPhase.FAILED;
        var message = stop.map(s -> s.message() + " ").orElse("") + draft.counts() + first();
        return written(draft.over(phase, reason, message), phase == BatchPhase.FAILED, reason, message);
    }

    private String first() {
        var problems = ledger.problems();
        return problems.isEmpty()
                ? ""
                : " Why: %s. The first: %s".formatted(ledger.reasons(), BatchDecider.words(problems));
    }

    private static BatchDecision written(BatchDraft draft, boolean warning, String reason, String message) {
        return BatchDecision.write(
                draft.build(), List.of(new TaskEvent(warning, reason, message)), Optional.of(Duration.ZERO));
    }
}
