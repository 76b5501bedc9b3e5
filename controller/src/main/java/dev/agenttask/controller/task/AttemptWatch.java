package dev.agenttask.controller.task;

import static dev.agenttask.api.attempt.PodLayout.AGENT;
import static dev.agenttask.api.attempt.PodLayout.CLONE;
import static dev.agenttask.api.attempt.PodLayout.DELIVER;
import static dev.agenttask.api.attempt.PodLayout.VERIFY;
import static dev.agenttask.api.attempt.PodLayout.WORKER;

import dev.agenttask.api.AgentTaskSpec;
import dev.agenttask.api.FailureClass;
import dev.agenttask.controller.task.AttemptOutcome.End.Failure;
import dev.agenttask.controller.task.ObservedPod.ContainerState.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Looks at a pod that is not over, for what people must know and for what must not go on for ever. */
final class AttemptWatch {

    private static final int WORKER_RESTARTS = 5;
    private static final Set<String> STARTING = Set.of("", "PodInitializing", "ContainerCreating", "CrashLoopBackOff");
    private static final Set<String> IMAGE = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "ErrImageNeverPull",
            "ImageInspectError",
            "RegistryUnavailable",
            "SignatureValidationFailed");

    private final TaskRules rules;
    private final AgentTaskSpec spec;
    private final ObservedPod pod;

    AttemptWatch(TaskRules rules, AgentTaskSpec spec, ObservedPod pod) {
        this.rules = rules;
        this.spec = spec;
        this.pod = pod;
    }

    /**
     * Something that keeps an attempt from going on.
     *
     * @param failureClass whose failure it is, if it stays
     * @param reason shown while it lasts
     * @param finalReason of the attempt, if it stays
     * @param message a sentence that a person can act on
     * @param until when the attempt is given up
     */
    record Problem(FailureClass failureClass, String reason, String finalReason, String message, Instant until) {

        Stop stop(Instant now) {
            return new Stop(failureClass, finalReason, message, now);
        }
    }

    /** What people must be told now. */
    Optional<Problem> visible() {
        return unschedulable().or(this::cannotStart);
    }

    /** The problem that ends the attempt first if nothing changes. */
    Optional<Problem> nextEnd() {
        return Stream.of(
                        visible(),
                        noNode(),
                        stuck(),
                        overdueAgent(),
                        overdueChecks(),
                        crashLoop(),
                        leftPending(),
                        dead())
                .flatMap(Optional::stream)
                .min(Comparator.comparing(Problem::until));
    }

    private Optional<Problem> unschedulable() {
        var scheduling = pod.scheduling();
        return when(
                !scheduling.placed() && !scheduling.message().isEmpty(),
                FailureClass.INFRASTRUCTURE,
                Reasons.UNSCHEDULABLE,
                Reasons.UNSCHEDULABLE,
                "No node can take the pod: " + scheduling.message(),
                scheduling.since().plus(rules.schedulingTimeout()));
    }

    private Optional<Problem> noNode() {
        return when(
                !pod.scheduling().placed(),
                FailureClass.INFRASTRUCTURE,
                Reasons.UNSCHEDULABLE,
                Reasons.UNSCHEDULABLE,
                "No scheduler gave the pod a node.",
                pod.createdAt().plus(rules.schedulingTimeout()));
    }

    private Optional<Problem> cannotStart() {
        return Stream.of(CLONE, WORKER, AGENT, VERIFY, DELIVER)
                .map(this::cannotStart)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<Problem> cannotStart(String name) {
        var container = pod.containers().get(name);
        if (container == null || !(container.state() instanceof Waiting w) || STARTING.contains(w.reason())) {
            return Optional.empty();
        }
        var giveUp = pod.lastChange().plus(rules.imagePullTimeout());
        if (w.reason().equals(Reasons.INVALID_IMAGE_NAME)) {
            return when(
                    true,
                    FailureClass.TASK,
                    Reasons.INVALID_IMAGE_NAME,
                    Reasons.INVALID_IMAGE_NAME,
                    "'" + container.image() + "' is not the name of an image. Correct " + imageField(name) + ".",
                    Instant.EPOCH);
        }
        if (IMAGE.contains(w.reason())) {
            return when(
                    true,
                    imageFailure(w.message()),
                    Reasons.IMAGE_PULL_BACK_OFF,
                    Reasons.IMAGE_PULL_FAILED,
                    "The image " + container.image() + " of container " + name + " cannot be pulled. Check "
                            + imageField(name) + " and the pull Secrets. The node says: " + w.message(),
                    giveUp);
        }
        return when(
                true,
                FailureClass.TASK,
                Reasons.CONTAINER_NOT_STARTED,
                Reasons.CONTAINER_NOT_STARTED,
                "The container " + name + " cannot start: " + w.reason() + " " + w.message(),
                giveUp);
    }

    private Optional<Problem> stuck() {
        var anyStep =
                ObservedPod.STEPS.stream().anyMatch(s -> pod.runningSince(s).isPresent());
        return when(
                pod.scheduling().placed() && !anyStep,
                FailureClass.INFRASTRUCTURE,
                Reasons.POD_STUCK,
                Reasons.POD_STUCK,
                "The pod made no step after " + pod.step() + ". See: kubectl describe pod " + pod.name(),
                pod.lastChange().plus(rules.startTimeout()));
    }

    private Optional<Problem> overdueAgent() {
        var begun = pod.runningSince(CLONE).or(() -> pod.ended(CLONE).flatMap(ObservedPod.ContainerState.Ended::from));
        return begun.filter(at -> pod.ended(AGENT).isEmpty())
                .map(at -> at.plus(spec.limits().deadlineDuration()).plus(twice(rules.slack())))
                .flatMap(until -> !pod.started(AGENT)
                        ? notStarted(until)
                        : when(
                                true,
                                FailureClass.AGENT,
                                Reasons.DEADLINE_EXCEEDED,
                                Reasons.DEADLINE_EXCEEDED,
                                "The attempt did not end at its deadline of "
                                        + spec.limits().deadline() + ", and was ended from outside.",
                                until));
    }

    /** The agent is not to blame for what happened before it: the clone, or the pull of its image. */
    private Optional<Problem> notStarted(Instant until) {
        var cloned = pod.ended(CLONE).isPresent();
        return when(
                true,
                FailureClass.INFRASTRUCTURE,
                cloned ? Reasons.CONTAINER_NOT_STARTED : Reasons.ATTEMPT_TIMED_OUT,
                cloned ? Reasons.CONTAINER_NOT_STARTED : Reasons.ATTEMPT_TIMED_OUT,
                "The agent was not started before the deadline of "
                        + spec.limits().deadline() + ": "
                        + (cloned
                                ? "its image was not there, or its container did not start."
                                : "the clone did not end."),
                until);
    }

    private Optional<Problem> overdueChecks() {
        return pod.runningSince(VERIFY)
                .flatMap(at -> when(
                        true,
                        FailureClass.INFRASTRUCTURE,
                        Reasons.ATTEMPT_TIMED_OUT,
                        Reasons.ATTEMPT_TIMED_OUT,
                        "The clean room did not end in the time that its setup steps and checks may take.",
                        at.plus(AttemptTimes.verification(spec)).plus(rules.startTimeout())));
    }

    private Optional<Problem> crashLoop() {
        var worker = pod.containers().get(WORKER);
        return when(
                worker != null && worker.restarts() >= WORKER_RESTARTS,
                FailureClass.INFRASTRUCTURE,
                Reasons.WORKER_CRASHED,
                Reasons.WORKER_CRASHED,
                "The worker crashed " + WORKER_RESTARTS + " times. See: kubectl logs -p " + pod.name() + " -c worker",
                Instant.EPOCH);
    }

    /**
     * A container that ended with 0 although the kernel killed a process of it: the kubelet ends the others and leaves the
     * pod Pending.
     */
    private Optional<Problem> leftPending() {
        var killed = Stream.of(AGENT, VERIFY)
                .flatMap(step -> pod.ended(step).stream())
                .anyMatch(end -> end.exitCode() == 0 && end.reason().equals("OOMKilled"));
        return killed && pod.ended(WORKER).isPresent() && AttemptEnd.of(pod) instanceof Failure failure
                ? when(
                        true,
                        failure.failureClass(),
                        failure.reason(),
                        failure.reason(),
                        failure.message(),
                        Instant.EPOCH)
                : Optional.empty();
    }

    /**
     * A pod whose sandbox died with all that ran in it: the kubelet neither starts the worker again nor goes on with the
     * next step, and leaves the pod Pending. A worker that only crashed runs again at once, or waits for that.
     */
    private Optional<Problem> dead() {
        return pod.ended(WORKER)
                .filter(e -> pod.ended(CLONE).isPresent())
                .filter(e -> ObservedPod.STEPS.stream()
                        .allMatch(s -> pod.runningSince(s).isEmpty()))
                .flatMap(e -> when(
                        true,
                        FailureClass.INFRASTRUCTURE,
                        Reasons.POD_STUCK,
                        Reasons.POD_STUCK,
                        "Nothing runs in the pod any more since its worker ended with exit code " + e.exitCode()
                                + ", and the node does not go on. See: kubectl describe pod " + pod.name(),
                        pod.lastChange().plus(rules.slack())));
    }

    private static FailureClass imageFailure(String message) {
        var text = message.toLowerCase(Locale.ROOT);
        var wrongInput = Stream.of("not found", "unauthorized", "denied", "forbidden", "manifest unknown")
                .anyMatch(text::contains);
        return wrongInput ? FailureClass.TASK : FailureClass.INFRASTRUCTURE;
    }

    private static String imageField(String container) {
        return container.equals(AGENT) || container.equals(VERIFY)
                ? "spec.agent.image"
                : "the worker image in the operator's configuration";
    }

    private static Duration twice(Duration duration) {
        return duration.multipliedBy(2);
    }

    private static Optional<Problem> when(
            boolean holds,
            FailureClass failureClass,
            String reason,
            String finalReason,
            String message,
            Instant until) {
        return holds
                ? Optional.of(new Problem(failureClass, reason, finalReason, message.strip(), until))
                : Optional.empty();
    }
}
