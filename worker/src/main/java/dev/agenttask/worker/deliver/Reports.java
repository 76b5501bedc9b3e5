package dev.agenttask.worker.deliver;

import dev.agenttask.api.FailureClass;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.worker.git.RemoteException;

/** What a delivery says about its end, from what the verdict said before. */
final class Reports {

    private static final String UNREACHABLE = "RepositoryUnreachable";

    private Reports() {}

    static StepReport delivered(StepReport verdict, String branch) {
        return new StepReport(
                null,
                "",
                "",
                verdict.base(),
                verdict.commit(),
                branch,
                "",
                verdict.verdict(),
                verdict.checks(),
                verdict.files(),
                verdict.insertions(),
                verdict.deletions(),
                false);
    }

    static StepReport failed(StepReport verdict, FailureClass failureClass, String reason, String message) {
        return new StepReport(
                failureClass,
                reason,
                message,
                verdict.base(),
                verdict.commit(),
                "",
                "",
                verdict.verdict(),
                verdict.checks(),
                verdict.files(),
                verdict.insertions(),
                verdict.deletions(),
                false);
    }

    static StepReport unreachable(StepReport verdict, String message) {
        return failed(verdict, FailureClass.INFRASTRUCTURE, UNREACHABLE, message);
    }

    static boolean isUnreachable(StepReport report) {
        return report.reason().equals(UNREACHABLE);
    }

    static StepReport failed(StepReport verdict, AttemptPlan plan, RemoteException e) {
        var message = e.getMessage();
        return switch (e.kind()) {
            case UNREACHABLE -> unreachable(verdict, message);
            case UNAUTHORIZED, FORBIDDEN ->
                failed(verdict, FailureClass.TASK, "PushForbidden", message + " " + secretToCheck(plan));
            case NOT_FOUND -> failed(verdict, FailureClass.TASK, "RepositoryNotFound", message);
            case MOVED -> failed(verdict, FailureClass.TASK, "RepositoryMoved", message);
            case UNUSABLE -> failed(verdict, FailureClass.TASK, "PushRefused", message);
        };
    }

    private static String secretToCheck(AttemptPlan plan) {
        var own = plan.delivery().credentialsSecret();
        var name = own.isEmpty() ? plan.repository().credentialsSecret() : own;
        return name.isEmpty()
                ? "Put one that may push into a Secret and name it in spec.delivery.credentialsSecret."
                : "Check that what is in Secret '" + name + "' may push.";
    }
}
