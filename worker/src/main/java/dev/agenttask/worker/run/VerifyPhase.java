package dev.agenttask.worker.run;

import dev.agenttask.api.Base;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.VerificationResult;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.api.event.EventData;
import dev.agenttask.worker.git.Checkout;
import dev.agenttask.worker.git.Snapshot;
import dev.agenttask.worker.pod.JsonFile;
import dev.agenttask.worker.pod.Layout;
import dev.agenttask.worker.pod.StepFailure;
import dev.agenttask.worker.pod.Verdict;
import dev.agenttask.worker.report.Reporter;
import dev.agenttask.worker.verify.CleanRoom;
import dev.agenttask.worker.verify.Findings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Snapshot and proof, once the agent and all it started is gone. */
final class VerifyPhase {

    private static final Duration SNAPSHOT_TIMEOUT = Duration.ofMinutes(10);

    private final Layout layout;
    private final AttemptPlan plan;
    private final Base base;
    private final Work work;
    private final Room room;
    private final Reporter reporter;
    private final Clock clock;

    VerifyPhase(Layout layout, AttemptPlan plan, Base base, Work work, Room room, Reporter reporter, Clock clock) {
        this.layout = layout;
        this.plan = plan;
        this.base = base;
        this.work = work;
        this.room = room;
        this.reporter = reporter;
        this.clock = clock;
    }

    /**
     * Judges the work, leaves the verdict in the vault and has the container end.
     *
     * @param lastWords of the agent
     * @return the verdict; empty if the pod ends
     * @throws IOException if the channel is broken or the vault cannot be written
     */
    Optional<Verdict> run(String lastWords) throws IOException {
        if (!room.awaitReady()) {
            return Optional.empty();
        }
        var file = new JsonFile<>(layout.verdict(), Verdict.class);
        var verdict = file.read();
        if (verdict.isEmpty()) {
            verdict = judge(lastWords);
            if (verdict.isEmpty()) {
                return verdict;
            }
            file.write(verdict.get());
        }
        room.exit(PodLayout.EXIT_DONE);
        return verdict;
    }

    private Optional<Verdict> judge(String lastWords) throws IOException {
        try {
            var snapshot = work.snapshot(SNAPSHOT_TIMEOUT);
            if (!snapshot.changed()) {
                return Optional.of(new Verdict("", null, noChange(lastWords)));
            }
            if (snapshot.empty()) {
                return Optional.of(new Verdict(snapshot.commit(), null, everythingDeleted(snapshot, lastWords)));
            }
            if (plan.checks().isEmpty()) {
                return Optional.of(new Verdict(snapshot.commit(), null, report(snapshot, null, "", "", null)));
            }
            var findings = prove(snapshot);
            return findings.result().verdict() == VerificationResult.Verdict.INCOMPLETE
                    ? incomplete(snapshot, findings)
                    : Optional.of(verdict(snapshot, findings));
        } catch (StepFailure e) {
            return Optional.of(new Verdict(whatFits(e.report()), null, e.report()));
        }
    }

    /** The commit to salvage of work that is too large to be judged; empty if it cannot be read either. */
    private String whatFits(StepReport failure) {
        try {
            return failure.reason().equals(Work.TOO_LARGE)
                    ? work.whatFits(SNAPSHOT_TIMEOUT).commit()
                    : "";
        } catch (StepFailure e) {
            return "";
        }
    }

    private Findings prove(Snapshot snapshot) throws IOException {
        var startedAt = clock.instant();
        reporter.report(new EventData.StepStarted(PodLayout.VERIFY, ""));
        // Once a check has run, the directory is whatever that made of it, and nothing of ours may go there any more.
        if (!work.isBeingChecked()) {
            Checkout.empty(layout.cleanRoom());
            new Checkout(layout.repository()).detached(layout.head(), snapshot.commit());
        }
        var findings = new CleanRoom(plan, room, layout.head()).run(snapshot.commit());
        reporter.report(new EventData.StepFinished(
                PodLayout.VERIFY,
                "",
                findings.result().verdict() == VerificationResult.Verdict.PASSED,
                null,
                Duration.between(startedAt, clock.instant()).toMillis(),
                findings.message()));
        reporter.report(new EventData.Verified(findings.result()));
        return findings;
    }

    /** Where the pod ends there is no verdict; where the supervisor is gone the verdict says so. */
    private Optional<Verdict> incomplete(Snapshot snapshot, Findings findings) {
        if (room.isEnding()) {
            return Optional.empty();
        }
        var byItself = room.hasTerminatedItself();
        return Optional.of(new Verdict(
                snapshot.commit(),
                findings.result(),
                report(
                        snapshot,
                        byItself ? FailureClass.VERIFICATION : FailureClass.INFRASTRUCTURE,
                        "VerificationIncomplete",
                        findings.message() + (byItself ? " The last one sent SIGTERM to process 1." : ""),
                        findings.result())));
    }

    private Verdict verdict(Snapshot snapshot, Findings findings) {
        var passed = findings.result().verdict() == VerificationResult.Verdict.PASSED;
        var report = passed
                ? report(snapshot, null, "", "", findings.result())
                : report(
                        snapshot,
                        FailureClass.VERIFICATION,
                        "VerificationFailed",
                        findings.message(),
                        findings.result());
        return new Verdict(snapshot.commit(), findings.result(), report);
    }

    private StepReport noChange(String lastWords) {
        var message = "The agent changed nothing." + quoted(lastWords);
        return new StepReport(
                FailureClass.AGENT, "NoChange", message, base, "", "", "", null, List.of(), 0, 0, 0, false);
    }

    private StepReport everythingDeleted(Snapshot snapshot, String lastWords) {
        var message = "The agent left not one file of the repository." + quoted(lastWords);
        return report(snapshot, FailureClass.AGENT, "EverythingDeleted", message, null);
    }

    private static String quoted(String lastWords) {
        return lastWords.isEmpty() ? "" : " Its last words: " + lastWords;
    }

    private StepReport report(
            Snapshot snapshot,
            @Nullable FailureClass failureClass,
            String reason,
            String message,
            @Nullable VerificationResult result) {
        var checks = result == null
                ? List.<StepReport.Check>of()
                : result.commands().stream()
                        .map(c -> new StepReport.Check(c.exitCode(), c.durationMillis()))
                        .toList();
        return new StepReport(
                failureClass,
                reason,
                message,
                base,
                snapshot.commit(),
                "",
                "",
                result == null ? null : result.verdict(),
                checks,
                snapshot.changes().files(),
                snapshot.changes().insertions(),
                snapshot.changes().deletions(),
                false);
    }
}
