package dev.agenttask.worker.run;

import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.worker.git.LastCheckpoint;
import dev.agenttask.worker.git.Pusher;
import dev.agenttask.worker.git.Remote;
import dev.agenttask.worker.git.RemoteException;
import dev.agenttask.worker.git.Retry;
import dev.agenttask.worker.git.Snapshot;
import dev.agenttask.worker.git.Vault;
import dev.agenttask.worker.pod.Bounded;
import dev.agenttask.worker.pod.Layout;
import dev.agenttask.worker.pod.StepFailure;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps unfinished work at the salvage ref, within the grace that the kubelet gives. */
final class Salvage {

    private static final Logger LOG = LoggerFactory.getLogger(Salvage.class);

    private static final Duration REMOVAL = Duration.ofSeconds(5);

    private static final String REF_CHANGED = "the ref changed meanwhile";

    private final Layout layout;
    private final AttemptPlan plan;
    private final Work work;
    private final Remote remote;
    private final Grace grace;
    private final Retry retry;
    private final LastCheckpoint checkpoint;

    Salvage(Layout layout, AttemptPlan plan, Work work, Remote remote, Clock clock) {
        this.layout = layout;
        this.plan = plan;
        this.work = work;
        this.remote = remote;
        this.grace = new Grace(plan.grace());
        this.retry = new Retry(clock, grace.push().dividedBy(2));
        this.checkpoint = new LastCheckpoint(layout, remote);
    }

    /**
     * Salvages, and adds to the report where the work is, or why it is lost.
     *
     * @throws IOException if the vault cannot be read
     */
    StepReport run(StepReport report) throws IOException {
        try {
            var snapshot = work.whatFits(grace.snapshot());
            if (!snapshot.changed()) {
                removeCheckpoint();
                return report;
            }
            Bounded.call("salvage", grace.push(), () -> push(snapshot));
            return withWork(report, snapshot);
        } catch (StepFailure e) {
            return lost(report, e.report().message());
        } catch (TimeoutException e) {
            return lost(report, "pushing took more than " + grace.push().toSeconds() + " s.");
        } catch (IOException e) {
            return lost(report, String.valueOf(e.getMessage()));
        }
    }

    private Pusher.Outcome push(Snapshot snapshot) throws IOException {
        try (var vault = Vault.open(layout.repository())) {
            var outcome = retry.run(() -> new Pusher(vault, remote).overwrite(plan.wipRef(), snapshot.commit()));
            return switch (outcome) {
                case Pusher.Outcome.Pushed pushed -> pushed;
                case Pusher.Outcome.Taken taken -> throw new IOException(REF_CHANGED);
                case Pusher.Outcome.Superseded superseded -> throw new IOException(REF_CHANGED);
                case Pusher.Outcome.Refused(var words) -> throw new IOException("the server refused it: " + words);
            };
        } catch (RemoteException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void removeCheckpoint() throws StepFailure, IOException {
        try {
            Bounded.call("removal", REMOVAL, () -> {
                checkpoint.remove();
                return true;
            });
        } catch (TimeoutException e) {
            LOG.warn("the checkpoint was not removed within {}", REMOVAL);
        }
    }

    private StepReport lost(StepReport report, String why) throws IOException {
        return checkpoint.nameIn(report.withMessage(report.message() + " Its work could not be salvaged: " + why));
    }

    private static String leftOut(Snapshot snapshot) {
        return switch (snapshot.notes().size()) {
            case 0 -> "";
            case 1 -> " Of its work, " + snapshot.notes().getFirst() + ".";
            default -> " Of its work, " + snapshot.notes().getFirst() + ", and more: the log names it.";
        };
    }

    private StepReport withWork(StepReport report, Snapshot snapshot) {
        return new StepReport(
                report.failureClass(),
                report.reason(),
                report.message() + leftOut(snapshot),
                report.base(),
                snapshot.commit(),
                report.branch(),
                plan.wipRef(),
                report.verdict(),
                report.checks(),
                snapshot.changes().files(),
                snapshot.changes().insertions(),
                snapshot.changes().deletions(),
                report.logKept());
    }
}
