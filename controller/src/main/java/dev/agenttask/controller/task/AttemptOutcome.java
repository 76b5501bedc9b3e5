package dev.agenttask.controller.task;

import dev.agenttask.api.Attempt;
import dev.agenttask.api.Base;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Result;
import dev.agenttask.api.Usage;
import dev.agenttask.api.VerificationResult;
import java.util.Optional;

/**
 * How an attempt ended, and what is left of it.
 *
 * @param end whose doing it was
 * @param wipRef where unfinished or undelivered work is; empty if nothing was kept
 * @param unheard whether its agent may have worked and nobody said what became of that
 * @param logRef where what the commands printed is; empty if it was not kept
 * @param base what the work started from, if it got so far
 * @param verification what the checks said, if they ran
 * @param result what was delivered, if anything was
 * @param usage what its agent says it used, as far as the pod's reports tell
 */
record AttemptOutcome(
        End end,
        String wipRef,
        boolean unheard,
        String logRef,
        Optional<Base> base,
        Optional<VerificationResult> verification,
        Optional<Result> result,
        Optional<Usage> usage) {

    /** Whose doing the end of an attempt was. */
    sealed interface End {

        /** One CamelCase word. */
        String reason();

        /** A sentence that a person can act on. */
        String message();

        /** The result is where the task asked for it. */
        record Success(String reason, String message) implements End {}

        /** It failed, was stopped, or was lost. */
        record Failure(FailureClass failureClass, String reason, String message) implements End {}
    }

    /** A text to which another sentence can be added. */
    static String sentence(String text) {
        return text.isEmpty() || text.endsWith(".") ? text : text + ".";
    }

    /** As it stands in the ledger of attempts. */
    Attempt.Outcome outcome() {
        return switch (end) {
            case End.Success s -> Attempt.Outcome.SUCCEEDED;
            case End.Failure f ->
                f.failureClass() == FailureClass.CANCELLED ? Attempt.Outcome.CANCELLED : Attempt.Outcome.FAILED;
        };
    }

    /** Whose failure it was; empty if it succeeded. */
    Optional<FailureClass> failureClass() {
        return switch (end) {
            case End.Success s -> Optional.empty();
            case End.Failure f -> Optional.of(f.failureClass());
        };
    }
}
