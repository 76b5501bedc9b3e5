package dev.agenttask.controller.task;

import dev.agenttask.api.AgentTaskSpec;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Result;
import dev.agenttask.api.VerificationResult;
import java.time.Instant;
import java.util.stream.Collectors;

/** The final statuses of a task. Each sets every condition, so that waiting for any of them ends. */
final class TaskEnd {

    private final AgentTaskSpec spec;
    private final StatusDraft draft;

    private TaskEnd(AgentTaskSpec spec, StatusDraft draft) {
        this.spec = spec;
        this.draft = draft;
    }

    static TaskEnd of(Observed observed, Instant now) {
        return of(observed.task().getSpec(), TaskDecider.draft(observed, now));
    }

    static TaskEnd of(AgentTaskSpec spec, StatusDraft draft) {
        return new TaskEnd(spec, draft);
    }

    /** What stands in the conditions as long as neither checks nor delivery have said anything. */
    static void notYet(StatusDraft draft, AgentTaskSpec spec) {
        if (spec.verifyCommands().isEmpty()) {
            notConfigured(draft);
        } else {
            draft.unknown(Condition.VERIFIED, Reasons.NOT_YET, "");
        }
        draft.unknown(Condition.DELIVERED, Reasons.NOT_YET, "");
    }

    AgentTaskStatus succeeded(Result result, String message) {
        draft.phase(Phase.SUCCEEDED)
                .yes(Condition.SUCCEEDED, Reasons.SUCCEEDED, message)
                .yes(Condition.FINISHED, Reasons.SUCCEEDED, "");
        verified();
        if (result.branch().isEmpty()) {
            draft.yes(Condition.DELIVERED, Reasons.KEPT_AT_WIP_REF, "The result is at " + result.link() + ".");
        } else {
            draft.yes(
                    Condition.DELIVERED,
                    Reasons.BRANCH_PUSHED,
                    "The branch " + result.branch() + " is at commit " + result.commit() + ".");
        }
        return draft.build();
    }

    AgentTaskStatus failed(String reason, String message) {
        return unsuccessful(Phase.FAILED, reason, message);
    }

    AgentTaskStatus cancelled(String reason, String message) {
        return unsuccessful(Phase.CANCELLED, reason, message);
    }

    private AgentTaskStatus unsuccessful(Phase phase, String reason, String message) {
        draft.phase(phase)
                .no(Condition.SUCCEEDED, reason, message)
                .yes(Condition.FINISHED, reason, "")
                .no(Condition.DELIVERED, Reasons.NOT_DELIVERED, "");
        verified();
        var neverAdmitted = draft.build()
                .condition(Condition.ADMITTED)
                .filter(c -> c.status().equals("True"))
                .isEmpty();
        if (neverAdmitted) {
            draft.no(Condition.ADMITTED, reason, message);
        }
        return draft.build();
    }

    private void verified() {
        var verification = draft.build().verification();
        if (spec.verifyCommands().isEmpty()) {
            notConfigured(draft);
        } else if (verification == null) {
            draft.unknown(Condition.VERIFIED, Reasons.NOT_RUN, "The checks did not run to their end.");
        } else {
            verified(verification);
        }
    }

    private void verified(VerificationResult verification) {
        switch (verification.verdict()) {
            case PASSED ->
                draft.yes(
                        Condition.VERIFIED,
                        Reasons.CHECKS_PASSED,
                        "Every check passed on commit " + verification.commit() + ".");
            case FAILED -> draft.no(Condition.VERIFIED, Reasons.CHECKS_FAILED, "Failed: " + failing(verification));
            case INCOMPLETE ->
                draft.no(
                        Condition.VERIFIED,
                        Reasons.CHECKS_INCOMPLETE,
                        "The clean room ended before every check had run.");
        }
    }

    private static String failing(VerificationResult verification) {
        return verification.commands().stream()
                .filter(c -> !c.passed())
                .map(c -> c.name()
                        + (c.exitCode() == null ? " (stopped at its timeout)" : " (exit code " + c.exitCode() + ")"))
                .collect(Collectors.joining(", "));
    }

    private static void notConfigured(StatusDraft draft) {
        draft.unknown(
                Condition.VERIFIED, Reasons.NOT_CONFIGURED, "Unverified: the task names no checks in spec.verify.");
    }
}
