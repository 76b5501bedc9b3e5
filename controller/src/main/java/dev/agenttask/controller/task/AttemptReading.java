package dev.agenttask.controller.task;

import static dev.agenttask.api.attempt.PodLayout.AGENT;
import static dev.agenttask.api.attempt.PodLayout.CLONE;
import static dev.agenttask.api.attempt.PodLayout.DELIVER;
import static dev.agenttask.api.attempt.PodLayout.WORKER;

import dev.agenttask.api.AgentTaskSpec;
import dev.agenttask.api.Base;
import dev.agenttask.api.Delivery;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Result;
import dev.agenttask.api.SetupStep;
import dev.agenttask.api.Usage;
import dev.agenttask.api.VerificationResult;
import dev.agenttask.api.VerificationResult.CommandResult;
import dev.agenttask.api.VerifyCommand;
import dev.agenttask.api.attempt.StepReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Joins what the trusted containers of a pod reported with the task that they worked on. */
final class AttemptReading {

    private AttemptReading() {}

    /** The outcome of an attempt whose pod is over. */
    static AttemptOutcome outcome(AgentTaskSpec spec, ObservedPod pod, String logRefOfAttempt) {
        var report = deciding(pod);
        var end = proven(spec, report, AttemptEnd.of(pod));
        var wipRef = first(pod, StepReport::wipRef);
        var logRef = reports(pod).anyMatch(StepReport::logKept) ? logRefOfAttempt : "";
        var result = end instanceof AttemptOutcome.End.Success
                ? Optional.of(result(spec, report, wipRef))
                : Optional.<Result>empty();
        return new AttemptOutcome(
                end, wipRef, unheard(pod), logRef, base(pod), verification(spec, report), result, usage(pod));
    }

    /** The outcome of an attempt whose pod is not there any more. */
    static AttemptOutcome vanished() {
        var end = new AttemptOutcome.End.Failure(
                FailureClass.INFRASTRUCTURE,
                Reasons.POD_DELETED,
                "The attempt's pod is gone, and nobody knows how it ended.");
        return new AttemptOutcome(
                end, "", true, "", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** What the work started from, as soon as it is known. */
    static Optional<Base> base(ObservedPod pod) {
        return Stream.of(CLONE, DELIVER, WORKER)
                .map(pod::report)
                .flatMap(Optional::stream)
                .flatMap(r -> Optional.ofNullable(r.base()).stream())
                .findFirst();
    }

    /** Success is believed only with a commit where the task asked for it, and a verdict where it asked for checks. */
    private static AttemptOutcome.End proven(AgentTaskSpec spec, StepReport report, AttemptOutcome.End end) {
        var delivered = !report.commit().isEmpty()
                && (spec.delivery().type() != Delivery.Type.BRANCH
                        || !report.branch().isEmpty());
        var verified = spec.verifyCommands().isEmpty() || report.verdict() == VerificationResult.Verdict.PASSED;
        return end instanceof AttemptOutcome.End.Failure || delivered && verified
                ? end
                : new AttemptOutcome.End.Failure(
                        FailureClass.INFRASTRUCTURE,
                        Reasons.REPORT_MISSING,
                        "The worker reported success without naming "
                                + (delivered ? "a verdict that every check passed." : "what it delivered."));
    }

    private static String first(ObservedPod pod, Function<StepReport, String> what) {
        return reports(pod)
                .map(what)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static Optional<Usage> usage(ObservedPod pod) {
        return reports(pod)
                .flatMap(report -> Optional.ofNullable(report.usage()).stream())
                .findFirst();
    }

    private static boolean unheard(ObservedPod pod) {
        return pod.started(AGENT)
                && pod.report(WORKER).or(() -> pod.report(DELIVER)).isEmpty();
    }

    private static Stream<StepReport> reports(ObservedPod pod) {
        return Stream.of(DELIVER, WORKER, CLONE).map(pod::report).flatMap(Optional::stream);
    }

    private static StepReport deciding(ObservedPod pod) {
        return Stream.of(DELIVER, WORKER)
                .map(pod::report)
                .flatMap(Optional::stream)
                .filter(r -> r.verdict() != null || !r.commit().isEmpty())
                .findFirst()
                .orElse(StepReport.NONE);
    }

    private static Optional<VerificationResult> verification(AgentTaskSpec spec, StepReport report) {
        return Optional.ofNullable(report.verdict())
                .filter(verdict -> !spec.verifyCommands().isEmpty())
                .map(verdict -> new VerificationResult(verdict, report.commit(), commands(spec, report.checks())));
    }

    private static List<CommandResult> commands(AgentTaskSpec spec, List<StepReport.Check> checks) {
        var names = Stream.concat(
                        spec.setup().stream().map(SetupStep::name),
                        spec.verifyCommands().stream().map(VerifyCommand::name))
                .toList();
        var commands = new ArrayList<CommandResult>();
        for (int i = 0; i < Math.min(names.size(), checks.size()); i++) {
            var check = checks.get(i);
            commands.add(new CommandResult(names.get(i), check.exit(), check.millis(), check.exit() == null));
        }
        return commands;
    }

    private static Result result(AgentTaskSpec spec, StepReport report, String wipRef) {
        var link = spec.delivery().type() == Delivery.Type.BRANCH ? report.branch() : wipRef;
        return new Result(
                report.branch(),
                report.commit(),
                link,
                summary(report),
                report.files(),
                report.insertions(),
                report.deletions());
    }

    private static String summary(StepReport report) {
        var files = report.files() == 1 ? "1 file" : report.files() + " files";
        return files + " changed, +" + report.insertions() + " -" + report.deletions();
    }
}
