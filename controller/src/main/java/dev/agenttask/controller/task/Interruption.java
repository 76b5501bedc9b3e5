package dev.agenttask.controller.task;

import static dev.agenttask.api.attempt.PodLayout.AGENT;

import dev.agenttask.api.FailureClass;
import dev.agenttask.controller.task.AttemptOutcome.End.Failure;
import java.util.List;
import java.util.Optional;

/**
 * Tells whether the cluster, or a person, ended a pod that the operator had not told to stop.
 *
 * @param pod that ended
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions">Pod
 *     disruption conditions</a>
 */
record Interruption(ObservedPod pod) {

    /** What the kubelet says of a volume, of a pod and of a container that is too large. */
    private static final List<String> FULL =
            List.of("EmptyDir volume", "ephemeral local storage", "local ephemeral storage limit");

    Optional<Failure> end() {
        return volumeTooLarge()
                .or(this::disrupted)
                .or(this::outOfTime)
                .or(this::evicted)
                .or(this::deleted);
    }

    private Optional<Failure> volumeTooLarge() {
        var message = pod.message();
        var tooLarge = pod.reason().equals("Evicted") && FULL.stream().anyMatch(message::contains);
        return when(
                tooLarge,
                FailureClass.AGENT,
                Reasons.WORKSPACE_TOO_LARGE,
                "The attempt wrote more than its volumes hold. " + remedy(message) + " " + message);
    }

    private static String remedy(String message) {
        if (!message.contains("EmptyDir volume")) {
            return "Raise the ephemeral-storage in spec.resources.limits.";
        }
        if (message.contains("-tmp\"")) {
            return "Write less to /tmp, or raise tasks.tmpSize of the operator.";
        }
        return message.contains("-home\"")
                ? "Write less to the home directory, or raise tasks.homeSize of the operator."
                : "Raise spec.limits.workspaceSize.";
    }

    private Optional<Failure> disrupted() {
        return switch (pod.disruption()) {
            case "" -> Optional.empty();
            case "PreemptionByScheduler" ->
                infrastructure(Reasons.PREEMPTED, "A pod of higher priority took the place of the attempt's pod.");
            case "DeletionByTaintManager", "DeletionByPodGC" ->
                infrastructure(Reasons.NODE_LOST, "The node of the attempt's pod was lost. " + pod.message());
            default -> infrastructure(Reasons.EVICTED, "The attempt's pod was evicted. " + pod.message());
        };
    }

    private Optional<Failure> outOfTime() {
        if (!pod.reason().equals("DeadlineExceeded")) {
            return Optional.empty();
        }
        var agentDone = pod.ended(AGENT).filter(e -> e.exitCode() == 0).isPresent();
        return agentDone || !pod.started(AGENT)
                ? infrastructure(
                        Reasons.ATTEMPT_TIMED_OUT,
                        "The attempt's pod reached its last deadline in step " + pod.step() + ".")
                : when(
                        true,
                        FailureClass.AGENT,
                        Reasons.DEADLINE_EXCEEDED,
                        "The attempt reached the last deadline of its pod in step " + pod.step() + ".");
    }

    private Optional<Failure> evicted() {
        return switch (pod.reason()) {
            case "Evicted" -> infrastructure(Reasons.EVICTED, "The node evicted the attempt's pod. " + pod.message());
            case "NodeLost", "NodeShutdown", "Shutdown", "Terminated" ->
                infrastructure(Reasons.NODE_LOST, "The node of the attempt's pod went away. " + pod.message());
            case "Preempting" -> infrastructure(Reasons.PREEMPTED, pod.message());
            default -> Optional.empty();
        };
    }

    private Optional<Failure> deleted() {
        return when(
                pod.deletedAt().isPresent(),
                FailureClass.INFRASTRUCTURE,
                Reasons.POD_DELETED,
                "The attempt's pod was deleted while it ran, and not by the operator.");
    }

    private static Optional<Failure> infrastructure(String reason, String message) {
        return when(true, FailureClass.INFRASTRUCTURE, reason, message);
    }

    private static Optional<Failure> when(boolean holds, FailureClass failureClass, String reason, String message) {
        return holds ? Optional.of(new Failure(failureClass, reason, message.strip())) : Optional.empty();
    }
}
