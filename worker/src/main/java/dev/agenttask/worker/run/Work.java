package dev.agenttask.worker.run;

import dev.agenttask.api.Base;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.api.event.EventData;
import dev.agenttask.worker.git.Snapshot;
import dev.agenttask.worker.git.SnapshotLimits;
import dev.agenttask.worker.git.Vault;
import dev.agenttask.worker.git.WorkspaceTooLargeException;
import dev.agenttask.worker.pod.Bounded;
import dev.agenttask.worker.pod.Layout;
import dev.agenttask.worker.pod.StepFailure;
import dev.agenttask.worker.report.Reporter;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;

/** The agent's work, as one commit that is made once: of all of it, or, to salvage, of what fits. */
final class Work {

    /** The reason of a failure to make a commit of work that exceeds the limits. */
    static final String TOO_LARGE = "WorkspaceTooLarge";

    private static final String SNAPSHOT = "snapshot";

    private final Layout layout;
    private final AttemptPlan plan;
    private final Base base;
    private final Journal journal;
    private final Reporter reporter;
    private final Clock clock;

    Work(Layout layout, AttemptPlan plan, Base base, Journal journal, Reporter reporter, Clock clock) {
        this.layout = layout;
        this.plan = plan;
        this.base = base;
        this.journal = journal;
        this.reporter = reporter;
        this.clock = clock;
    }

    /**
     * The commit made of the whole workspace; made now if there is none.
     *
     * @throws StepFailure if it cannot be made, or not within {@code timeout}
     */
    Snapshot snapshot(Duration timeout) throws StepFailure {
        var before = journal.whole();
        return before.isPresent() ? before.get() : make(timeout, limits(), journal::whole);
    }

    /**
     * The commit made of what fits into the limits, for salvage alone; the one that was made before, if there is one.
     *
     * @throws StepFailure if it cannot be made, or not within {@code timeout}
     */
    Snapshot whatFits(Duration timeout) throws StepFailure {
        var before = journal.whole().or(journal::whatFits);
        return before.isPresent() ? before.get() : make(timeout, limits().leavingOutExcess(), journal::whatFits);
    }

    /** Where a commit is noted for a worker after this one. */
    private interface Note {
        void take(Snapshot snapshot) throws IOException;
    }

    private Snapshot make(Duration timeout, SnapshotLimits limits, Note note) throws StepFailure {
        var startedAt = clock.instant();
        reporter.report(new EventData.StepStarted(SNAPSHOT, ""));
        try {
            var snapshot = take(timeout, limits, note);
            finished(startedAt, true, describe(snapshot));
            return snapshot;
        } catch (StepFailure e) {
            finished(startedAt, false, e.report().message());
            throw e;
        }
    }

    /** Whether untrusted code may have been in the clean room already. */
    boolean isBeingChecked() {
        return journal.hasStarted(PodLayout.VERIFY);
    }

    private SnapshotLimits limits() {
        return SnapshotLimits.ofBytes(plan.limits().workspaceBytes());
    }

    private Snapshot take(Duration timeout, SnapshotLimits limits, Note note) throws StepFailure {
        try {
            var snapshot = Bounded.call(SNAPSHOT, timeout, () -> {
                try (var vault = Vault.open(layout.repository())) {
                    return Snapshot.take(vault, layout.workspace(), base, plan, limits, clock.instant());
                }
            });
            note.take(snapshot);
            return snapshot;
        } catch (WorkspaceTooLargeException e) {
            throw new StepFailure(FailureClass.AGENT, TOO_LARGE, e.getMessage());
        } catch (TimeoutException e) {
            throw new StepFailure(
                    FailureClass.INFRASTRUCTURE,
                    "SnapshotFailed",
                    "Reading the workspace took more than " + timeout.toSeconds() + " s.");
        } catch (IOException e) {
            throw new StepFailure(
                    FailureClass.INFRASTRUCTURE,
                    "SnapshotFailed",
                    "The workspace could not be read: " + e.getMessage());
        }
    }

    private void finished(Instant startedAt, boolean ok, String message) {
        reporter.report(new EventData.StepFinished(
                SNAPSHOT,
                "",
                ok,
                null,
                Duration.between(startedAt, clock.instant()).toMillis(),
                message));
    }

    private static String describe(Snapshot snapshot) {
        var changes = snapshot.changes();
        var summary = snapshot.changed()
                ? changes.files() + " files changed, " + changes.insertions() + " insertions, " + changes.deletions()
                        + " deletions"
                : "no change";
        return snapshot.notes().isEmpty() ? summary : summary + ". " + String.join(". ", snapshot.notes());
    }
}
