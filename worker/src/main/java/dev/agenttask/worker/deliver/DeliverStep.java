package dev.agenttask.worker.deliver;

import dev.agenttask.api.Delivery;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.worker.git.LastCheckpoint;
import dev.agenttask.worker.git.LogKeeper;
import dev.agenttask.worker.git.Pusher;
import dev.agenttask.worker.git.Remote;
import dev.agenttask.worker.git.RemoteException;
import dev.agenttask.worker.git.Retry;
import dev.agenttask.worker.git.Vault;
import dev.agenttask.worker.pod.Bounded;
import dev.agenttask.worker.pod.DeliveryRecord;
import dev.agenttask.worker.pod.JsonFile;
import dev.agenttask.worker.pod.Layout;
import dev.agenttask.worker.pod.StepFailure;
import dev.agenttask.worker.pod.UsageRecord;
import dev.agenttask.worker.pod.Verdict;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.jgit.lib.Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers what the verdict permits, and says what became of it. */
public final class DeliverStep {

    private static final Logger LOG = LoggerFactory.getLogger(DeliverStep.class);

    private static final String REF_CHANGED = "the ref changed meanwhile";

    private final Layout layout;
    private final AttemptPlan plan;
    private final Remote remote;
    private final Retry retry;
    private final Duration limit;
    private final LogKeeper log;
    private final Clock clock;

    /**
     * Delivers to {@code remote}, which is tried again as {@code retry} says while it is away, within {@code limit}, and
     * the log after that.
     */
    public DeliverStep(
            Layout layout, AttemptPlan plan, Remote remote, Retry retry, Duration limit, LogKeeper log, Clock clock) {
        this.layout = layout;
        this.plan = plan;
        this.remote = remote;
        this.retry = retry;
        this.limit = limit;
        this.log = log;
        this.clock = clock;
    }

    /**
     * Delivers. Without a verdict nothing is.
     *
     * @throws IOException if the vault cannot be written
     */
    public StepReport run() throws IOException {
        var startedAt = clock.instant();
        var delivered = withUsage(settle(deliver()));
        // On its own: a forge may refuse all refs of a push for the sake of one. And where it is away, the worker is
        // left the chance that it is back.
        var report =
                Reports.isUnreachable(delivered) ? delivered : log.keep(delivered, "deliver * " + words(delivered));
        new JsonFile<>(layout.delivery(), DeliveryRecord.class)
                .write(new DeliveryRecord(startedAt, clock.instant(), report));
        return report;
    }

    /** The report does without where it cannot be read: it is no part of the proof. */
    private StepReport withUsage(StepReport report) {
        try {
            return new JsonFile<>(layout.usage(), UsageRecord.class)
                    .read()
                    .flatMap(UsageRecord::total)
                    .map(report::withUsage)
                    .orElse(report);
        } catch (IOException e) {
            LOG.warn("what the agent used cannot be read: {}", e.getMessage());
            return report;
        }
    }

    /** A checkpoint of unfinished work goes when the work is delivered or was none, and is named when nothing was kept. */
    private StepReport settle(StepReport report) throws IOException {
        var checkpoint = new LastCheckpoint(layout, remote);
        if (!report.branch().isEmpty() || report.reason().equals("NoChange")) {
            checkpoint.remove();
            return report;
        }
        return report.wipRef().isEmpty() ? checkpoint.nameIn(report) : report;
    }

    private static String words(StepReport report) {
        if (!report.ok()) {
            return report.reason() + ": " + report.message();
        }
        return "pushed " + report.commit() + " to " + (report.branch().isEmpty() ? report.wipRef() : report.branch());
    }

    private StepReport deliver() {
        try {
            var verdict = new JsonFile<>(layout.verdict(), Verdict.class).read();
            if (verdict.isEmpty()) {
                return incomplete("The worker left no verdict.");
            }
            return inTime(verdict.get());
        } catch (IOException e) {
            return incomplete("The vault cannot be read: " + e.getMessage());
        }
    }

    private StepReport inTime(Verdict verdict) throws IOException {
        try {
            return Bounded.call("deliver", limit, () -> act(verdict));
        } catch (StepFailure e) {
            return e.report();
        } catch (TimeoutException e) {
            return Reports.unreachable(
                    verdict.report(), "Pushing to " + remote.url() + " took more than " + limit.toSeconds() + " s.");
        } catch (OutOfMemoryError e) {
            return Reports.failed(
                    verdict.report(),
                    FailureClass.TASK,
                    "ResultTooLarge",
                    "Pushing the result needs more memory than the delivery has. Have the operator's"
                            + " tasks.resources.git.limits.memory raised.");
        }
    }

    private static StepReport incomplete(String message) {
        return StepReport.failure(
                FailureClass.INFRASTRUCTURE, "VerificationIncomplete", message + " Nothing was delivered.");
    }

    private StepReport act(Verdict verdict) throws IOException {
        var report = verdict.report();
        if (verdict.commit().isEmpty()) {
            return report.ok() ? incomplete("The verdict names no commit.") : report;
        }
        if (!report.ok()) {
            return salvage(verdict, report);
        }
        return plan.delivery().type() == Delivery.Type.NONE
                ? salvage(verdict, Reports.delivered(report, ""))
                : pushBranch(verdict);
    }

    private StepReport pushBranch(Verdict verdict) throws IOException {
        var report = verdict.report();
        try (var vault = Vault.open(layout.repository())) {
            var pusher = new Pusher(vault, remote);
            var outcome = retry.run(() -> pusher.setOwn(Constants.R_HEADS + plan.branch(), verdict.commit(), plan));
            return switch (outcome) {
                case Pusher.Outcome.Pushed() -> Reports.delivered(report, plan.branch());
                case Pusher.Outcome.Taken(var commit) ->
                    salvage(verdict, Reports.failed(report, FailureClass.TASK, "BranchTaken", taken(commit)));
                case Pusher.Outcome.Superseded(var attempt) ->
                    Reports.failed(report, FailureClass.INFRASTRUCTURE, "Superseded", superseded(attempt));
                case Pusher.Outcome.Refused(var words) ->
                    salvage(
                            verdict,
                            Reports.failed(
                                    report,
                                    FailureClass.TASK,
                                    "PushRefused",
                                    "The server refused the branch '" + plan.branch() + "': " + words));
            };
        } catch (RemoteException e) {
            return Reports.failed(report, plan, e);
        }
    }

    private String taken(String commit) {
        return "The branch '" + plan.branch() + "' holds commits of someone else (" + commit
                + "), which are never overwritten: choose another spec.delivery.branch.";
    }

    private String superseded(int attempt) {
        return "The branch '" + plan.branch() + "' holds the result of attempt " + attempt
                + " already, which began when this one, attempt " + plan.attempt()
                + ", was taken for lost. Nothing was pushed.";
    }

    private StepReport salvage(Verdict verdict, StepReport report) throws IOException {
        try (var vault = Vault.open(layout.repository())) {
            var outcome = retry.run(() -> new Pusher(vault, remote).overwrite(plan.wipRef(), verdict.commit()));
            return switch (outcome) {
                case Pusher.Outcome.Pushed() -> kept(report);
                case Pusher.Outcome.Taken taken -> notKept(report, REF_CHANGED);
                case Pusher.Outcome.Superseded superseded -> notKept(report, REF_CHANGED);
                case Pusher.Outcome.Refused(var words) -> notKept(report, "the server refused it: " + words);
            };
        } catch (RemoteException e) {
            return report.ok() ? Reports.failed(report, plan, e) : notKept(report, e.getMessage());
        }
    }

    private StepReport kept(StepReport report) {
        return report.withWipRef(plan.wipRef());
    }

    private StepReport notKept(StepReport report, String why) {
        return report.ok()
                ? Reports.failed(
                        report,
                        FailureClass.TASK,
                        "PushRefused",
                        "The work could not be pushed to " + plan.wipRef() + ": " + why)
                : report.withMessage(
                        report.message() + " The work could not be pushed to " + plan.wipRef() + ": " + why);
    }
}
