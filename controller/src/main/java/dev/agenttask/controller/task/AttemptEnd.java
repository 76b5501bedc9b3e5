package dev.agenttask.controller.task;

import static dev.agenttask.api.attempt.PodLayout.AGENT;
import static dev.agenttask.api.attempt.PodLayout.CLONE;
import static dev.agenttask.api.attempt.PodLayout.DELIVER;
import static dev.agenttask.api.attempt.PodLayout.VERIFY;
import static dev.agenttask.api.attempt.PodLayout.WORKER;

import dev.agenttask.api.FailureClass;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.controller.task.AttemptOutcome.End;
import dev.agenttask.controller.task.AttemptOutcome.End.Failure;
import dev.agenttask.controller.task.AttemptOutcome.End.Success;
import dev.agenttask.controller.task.ObservedPod.ContainerState.Ended;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Tells why the pod of an attempt ended. What trusted containers report and what the kubelet saw counts; of the sandbox
 * and the clean room only the exit code of their supervisor does.
 */
final class AttemptEnd {

    private final ObservedPod pod;

    private AttemptEnd(ObservedPod pod) {
        this.pod = pod;
    }

    /**
     * The first of these that holds: what is certain whatever else happened, who interrupted the attempt, and what
     * failed by itself without an interruption. An end of the agent is certain when the worker has told what became of
     * its work: without that another attempt must be made.
     */
    static End of(ObservedPod pod) {
        var end = new AttemptEnd(pod);
        return Stream.<Supplier<Optional<End>>>of(
                        end::outOfMemory,
                        end::delivered,
                        end::agentFailedByItself,
                        end::stoppedByOperator,
                        end::interrupted,
                        end::workerLost,
                        end::stepFailed,
                        end::workerReported)
                .map(Supplier::get)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(end::unexplained);
    }

    private Optional<End> outOfMemory() {
        if (killedForMemory(AGENT) && workerTold()) {
            return failure(
                    FailureClass.AGENT,
                    Reasons.OUT_OF_MEMORY,
                    "The sandbox needed more memory than its limit. Raise spec.resources.limits.memory.");
        }
        if (killedForMemory(VERIFY)) {
            return failure(
                    FailureClass.VERIFICATION,
                    Reasons.OUT_OF_MEMORY,
                    "The checks needed more memory than their limit. Raise spec.resources.limits.memory.");
        }
        return Stream.of(CLONE, DELIVER)
                .flatMap(step -> gitOutOfMemory(step).stream())
                .findFirst();
    }

    /** Trying again would need as much. */
    private Optional<End> gitOutOfMemory(String step) {
        if (killedForMemory(step) && pod.report(step).isEmpty()) {
            return failure(
                    FailureClass.TASK,
                    Reasons.OUT_OF_MEMORY,
                    "The step " + step
                            + " needed more memory than its limit: the repository is too large for it. Ask for"
                            + " less history with spec.repository.depth, or have the operator's"
                            + " tasks.resources.git.limits.memory raised.");
        }
        return Optional.empty();
    }

    private Optional<End> delivered() {
        return pod.ended(DELIVER).flatMap(ended -> pod.report(DELIVER).flatMap(report -> {
            if (ended.exitCode() == 0 && report.ok()) {
                return Optional.of(new Success(Reasons.SUCCEEDED, report.message()));
            }
            var failure = reported(report, FailureClass.INFRASTRUCTURE);
            var interrupted = pod.stop().isPresent();
            return interrupted && failure.failureClass() == FailureClass.INFRASTRUCTURE
                    ? Optional.empty()
                    : Optional.of(failure);
        }));
    }

    private Optional<End> agentFailedByItself() {
        return pod.ended(AGENT).filter(e -> workerTold()).map(Ended::exitCode).flatMap(code -> switch (code) {
            case PodLayout.EXIT_AGENT_FAILED ->
                failure(
                        FailureClass.AGENT,
                        Reasons.AGENT_FAILED,
                        workerMessage("The agent exited with a code other than 0.") + logs(AGENT));
            case PodLayout.EXIT_SETUP_FAILED ->
                failure(
                        FailureClass.AGENT,
                        Reasons.SETUP_FAILED,
                        workerMessage("A setup step failed before the agent was started.") + logs(AGENT));
            default -> Optional.empty();
        });
    }

    private Optional<End> stoppedByOperator() {
        return pod.stop().map(s -> stopped(s.failureClass(), s.reason(), s.message()));
    }

    private Optional<End> interrupted() {
        return new Interruption(pod).end().map(f -> stopped(f.failureClass(), f.reason(), f.message()));
    }

    /** Who ended the attempt is known better outside; what became of its work is known only to the worker. */
    private End stopped(FailureClass failureClass, String reason, String message) {
        var lost = Stream.of(DELIVER, WORKER)
                .map(pod::report)
                .flatMap(Optional::stream)
                .filter(r -> !r.ok())
                .findFirst()
                .filter(r -> r.wipRef().isEmpty())
                .map(r -> " " + r.message())
                .orElse("");
        return new Failure(failureClass, reason, (AttemptOutcome.sentence(message) + lost).strip());
    }

    private Optional<End> workerLost() {
        var certain = List.of(PodLayout.EXIT_AGENT_FAILED, PodLayout.EXIT_SETUP_FAILED, PodLayout.EXIT_STOPPED);
        return pod.ended(AGENT)
                .filter(e -> !workerTold() && (killedForMemory(AGENT) || certain.contains(e.exitCode())))
                .flatMap(e -> failure(
                        FailureClass.INFRASTRUCTURE,
                        Reasons.WORKER_LOST,
                        "The worker was gone before it could say what became of the work. The agent " + how(e) + "."
                                + logs(AGENT)));
    }

    private Optional<End> stepFailed() {
        return ObservedPod.STEPS.stream()
                .map(step -> pod.ended(step).filter(e -> e.exitCode() != 0).flatMap(e -> stepFailed(step, e)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<End> stepFailed(String step, Ended ended) {
        var report = pod.report(step).filter(r -> !r.ok());
        if (report.isPresent()) {
            return Optional.of(reported(report.get(), FailureClass.INFRASTRUCTURE));
        }
        return switch (step) {
            case CLONE -> failure(FailureClass.INFRASTRUCTURE, Reasons.CLONE_FAILED, without(CLONE, ended));
            case AGENT -> workerReportedOr(agentStopped(ended), AGENT, ended);
            case VERIFY -> workerReportedOr(Reasons.VERIFIER_FAILED, VERIFY, ended);
            default -> failure(FailureClass.INFRASTRUCTURE, Reasons.DELIVER_FAILED, without(DELIVER, ended));
        };
    }

    private static String agentStopped(Ended ended) {
        return ended.exitCode() == PodLayout.EXIT_SUPERVISOR_FAILED ? Reasons.SUPERVISOR_FAILED : Reasons.STEP_STOPPED;
    }

    private Optional<End> workerReportedOr(String reason, String step, Ended ended) {
        return workerReported().or(() -> failure(FailureClass.INFRASTRUCTURE, reason, without(step, ended)));
    }

    private Optional<End> workerReported() {
        return pod.report(WORKER).filter(r -> !r.ok()).map(r -> reported(r, FailureClass.AGENT));
    }

    private End unexplained() {
        var reportless = pod.ended(DELIVER).filter(e -> e.exitCode() == 0).isPresent();
        if (reportless) {
            return new Failure(
                    FailureClass.INFRASTRUCTURE,
                    Reasons.REPORT_MISSING,
                    "The container deliver ended well and left no report, so that it is unknown what it delivered."
                            + logs(DELIVER));
        }
        var why = pod.message().isEmpty() ? "It gave no reason." : pod.message();
        return new Failure(FailureClass.INFRASTRUCTURE, Reasons.POD_FAILED, "The pod failed. " + why);
    }

    private boolean workerTold() {
        return pod.report(WORKER).isPresent();
    }

    private boolean killedForMemory(String container) {
        return pod.ended(container).filter(e -> e.reason().equals("OOMKilled")).isPresent();
    }

    private String workerMessage(String otherwise) {
        return pod.report(WORKER)
                .map(StepReport::message)
                .filter(m -> !m.isEmpty())
                .map(AttemptOutcome::sentence)
                .orElse(otherwise);
    }

    private String without(String container, Ended ended) {
        return "The container " + container + " " + how(ended) + " and left no report." + logs(container);
    }

    private static String how(Ended ended) {
        return ended.reason().equals("OOMKilled")
                ? "was killed for memory"
                : "ended with exit code " + ended.exitCode()
                        + (ended.reason().isEmpty() ? "" : " (" + ended.reason() + ")");
    }

    private String logs(String container) {
        return " See: kubectl logs " + pod.name() + " -c " + container;
    }

    private static Failure reported(StepReport report, FailureClass otherwise) {
        var failureClass = report.failureClass() == null ? otherwise : report.failureClass();
        var reason = report.ok() ? Reasons.POD_FAILED : report.reason();
        return new Failure(failureClass, reason, report.message());
    }

    private static Optional<End> failure(FailureClass failureClass, String reason, String message) {
        return Optional.of(new Failure(failureClass, reason, message));
    }
}
