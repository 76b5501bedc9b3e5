package dev.agenttask.controller.task;

import static dev.agenttask.api.attempt.PodLayout.AGENT;

import dev.agenttask.api.FailureClass;
import dev.agenttask.controller.task.AttemptOutcome.End;
import dev.agenttask.controller.task.AttemptOutcome.End.Failure;
import java.util.Optional;

/**
 * Tells whether the cluster, or a person, ended a pod that the operator had not told to stop.
 *
 * @param pod that ended
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions">Pod
 *     disruption conditions</a>
 */
record Interruption(ObservedPod pod) {

    Optional<End> end() {
        return volumeTooLarge()
                .or(this::disrupted)
                .or(this::outOfTime)
                .or(this::evicted)
                .or(this::deleted);
    }

    private Optional<End> volumeTooLarge() {
        var message = pod.message();
        var tooLarge = pod.reason().equals("Evicted")
                && (message.contains("EmptyDir volume") || message.contains("ephemeral local storage"));
        return when(
                tooLarge,
                FailureClass.AGENT,
                Reasons.WORKSPACE_TOO_LARGE,
                "The attempt wrote more than its volumes hold. Raise spec.limits.workspaceSize. " + message);
    }

    private Optional<End> disrupted() {
        return switch (pod.disruption()) {
            case "" -> Optional.empty();
            case "PreemptionByScheduler" ->
                infrastructure(Reasons.PREEMPTED, "A pod of higher priority took the place of the attempt's pod.");
            case "DeletionByTaintManager", "DeletionByPodGC" ->
                infrastructure(Reasons.NODE_LOST, "The node of the attempt's pod was lost. " + pod.message());
            default -> infrastructure(Reasons.EVICTED, "The attempt's pod was evicted. " + pod.message());
        };
    }

    private Optional<End> outOfTime() {
        if (!pod.reason().equals("DeadlineExceeded")) {
            return Optional.empty();
        }
        var agentDone = pod.ended(AGENT).filter(e -> e.exitCode() == 0).isPresent();
        return agentDone
                ? infrastructure(
                        Reasons.ATTEMPT_TIMED_OUT,
                        "The attempt's pod reached its last deadline in step " + pod.step() + ".")
                : when(
                        true,
                        FailureClass.AGENT,
                        Reasons.DEADLINE_EXCEEDED,
                        "The attempt reached the last deadline of its pod in step " + pod.step() + ".");
    }

    private Optional<End> evicted() {
        return switch (pod.reason()) {
            case "Evicted" -> infrastructure(Reasons.EVICTED, "The node evicted the attempt's pod. " + pod.message());
            case "NodeLost", "NodeShutdown", "Shutdown", "Terminated" ->
                infrastructure(Reasons.NODE_LOST, "The node of the attempt's pod went away. " + pod.message());
            case "Preempting" -> infrastructure(Reasons.PREEMPTED, pod.message());
            default -> Optional.empty();
        };
    }

    private Optional<End> deleted() {
        return when(
                pod.deletedAt().isPresent(),
                FailureClass.INFRASTRUCTURE,
                Reasons.POD_DELETED,
                "The attempt's pod was deleted while it ran, and not by the operator.");
    }

    private static Optional<End> infrastructure(String reason, String message) {
        return when(true, FailureClass.INFRASTRUCTURE, reason, message);
    }

    private static Optional<End> when(boolean holds, FailureClass failureClass, String reason, String message) {
        return holds ? Optional.of(new Failure(failureClass, reason, message.strip())) : Optional.empty();
    }
}
