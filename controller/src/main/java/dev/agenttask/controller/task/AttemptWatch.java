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
    /** What the container needs from outside its image is wrong or missing. All other words are about the node. */
    private static final String CONFIGURATION = "CreateContainerConfigError";

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

        Problem {
            message = message.strip();
        }

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
        return Optional.of(pod.scheduling())
                .filter(scheduling ->
                        !scheduling.placed() && !scheduling.message().isEmpty())
                .map(scheduling -> infrastructure(
                        Reasons.UNSCHEDULABLE,
                        "No node can take the pod: " + scheduling.message(),
                        scheduling.since().plus(rules.schedulingTimeout())));
    }

    private Optional<Problem> noNode() {
        return Optional.of(pod.scheduling())
                .filter(scheduling -> !scheduling.placed())
                .map(_ -> infrastructure(
                        Reasons.UNSCHEDULABLE,
                        "No scheduler gave the pod a node.",
                        pod.createdAt().plus(rules.schedulingTimeout())));
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
            return Optional.of(problem(
                    ofTask(name) ? FailureClass.TASK : FailureClass.INFRASTRUCTURE,
                    Reasons.INVALID_IMAGE_NAME,
                    "'" + container.image() + "' is not the name of an image. Correct " + imageField(name) + ".",
                    Instant.EPOCH));
        }
        if (IMAGE.contains(w.reason())) {
            return Optional.of(new Problem(
                    ofTask(name) && wrongImage(w.message()) ? FailureClass.TASK : FailureClass.INFRASTRUCTURE,
                    Reasons.IMAGE_PULL_BACK_OFF,
                    Reasons.IMAGE_PULL_FAILED,
                    "The image " + container.image() + " of container " + name + " cannot be pulled. Check "
                            + imageField(name) + " and the pull Secrets. The node says: " + w.message(),
                    giveUp));
        }
        return Optional.of(problem(
                ofTask(name) && w.reason().equals(CONFIGURATION) ? FailureClass.TASK : FailureClass.INFRASTRUCTURE,
                Reasons.CONTAINER_NOT_STARTED,
                "The container " + name + " cannot start: " + w.reason() + " " + w.message(),
                giveUp));
    }

    /** Whether the image of a container is one that the task names. The others are the operator's. */
    private boolean ofTask(String container) {
        return (container.equals(AGENT) || container.equals(VERIFY))
                && !spec.agent().image().isEmpty();
    }

    private Optional<Problem> stuck() {
        return pod.scheduling().placed() && noStepRuns()
                ? Optional.of(infrastructure(
                        Reasons.POD_STUCK,
                        "The pod made no step after " + pod.step() + ". See: kubectl describe pod " + pod.name(),
                        pod.lastChange().plus(rules.startTimeout())))
                : Optional.empty();
    }

    private Optional<Problem> overdueAgent() {
        var begun = pod.runningSince(CLONE).or(() -> pod.ended(CLONE).flatMap(ObservedPod.ContainerState.Ended::from));
        return begun.filter(at -> pod.ended(AGENT).isEmpty())
                .map(at -> at.plus(spec.limits().deadlineDuration()).plus(twice(rules.slack())))
                .map(until -> pod.started(AGENT) ? deadlineExceeded(until) : notStarted(until));
    }

    private Problem deadlineExceeded(Instant until) {
        return problem(
                FailureClass.AGENT,
                Reasons.DEADLINE_EXCEEDED,
                "The attempt did not end at its deadline of " + spec.limits().deadline()
                        + ", and was ended from outside.",
                until);
    }

    /** The agent is not to blame for what happened before it: the clone, or the pull of its image. */
    private Problem notStarted(Instant until) {
        var cloned = pod.ended(CLONE).isPresent();
        return infrastructure(
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
                .map(at -> infrastructure(
                        Reasons.ATTEMPT_TIMED_OUT,
                        "The clean room did not end in the time that its setup steps and checks may take.",
                        at.plus(AttemptTimes.SNAPSHOT)
                                .plus(AttemptTimes.verification(spec))
                                .plus(rules.slack())));
    }

    private Optional<Problem> crashLoop() {
        return Optional.ofNullable(pod.containers().get(WORKER))
                .filter(worker -> worker.restarts() >= WORKER_RESTARTS)
                .map(_ -> infrastructure(
                        Reasons.WORKER_CRASHED,
                        "The worker crashed " + WORKER_RESTARTS + " times. See: kubectl logs -p " + pod.name()
                                + " -c worker",
                        Instant.EPOCH));
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
                ? Optional.of(problem(failure.failureClass(), failure.reason(), failure.message(), Instant.EPOCH))
                : Optional.empty();
    }

    /**
     * A pod whose sandbox died with all that ran in it: the kubelet neither starts the worker, or starts it again, nor goes
     * on with the next step, and leaves the pod Pending. A worker that only crashed runs again at once, or waits for that;
     * its image is there, as it is the clone's.
     */
    private Optional<Problem> dead() {
        return pod.ended(CLONE).filter(_ -> noStepRuns()).flatMap(clone -> pod.ended(WORKER)
                .map(worker -> deadSince(WORKER, worker))
                .or(() -> pod.awaitsItsTurn(WORKER) ? Optional.of(deadSince(CLONE, clone)) : Optional.empty()));
    }

    private Problem deadSince(String container, ObservedPod.ContainerState.Ended end) {
        return infrastructure(
                Reasons.POD_STUCK,
                "Nothing runs in the pod any more since its container " + container + " ended with exit code "
                        + end.exitCode() + ", and the node does not go on. See: kubectl describe pod " + pod.name(),
                later(pod.lastChange(), end.at()).plus(rules.slack()));
    }

    private boolean noStepRuns() {
        return ObservedPod.STEPS.stream().allMatch(s -> pod.runningSince(s).isEmpty());
    }

    private static boolean wrongImage(String message) {
        var text = message.toLowerCase(Locale.ROOT);
        return Stream.of("not found", "unauthorized", "denied", "forbidden", "manifest unknown")
                .anyMatch(text::contains);
    }

    private static String imageField(String container) {
        return container.equals(AGENT) || container.equals(VERIFY)
                ? "spec.agent.image"
                : "the worker image in the operator's configuration";
    }

    private static Duration twice(Duration duration) {
        return duration.multipliedBy(2);
    }

    private static Instant later(Instant one, Optional<Instant> other) {
        return other.filter(one::isBefore).orElse(one);
    }

    private static Problem infrastructure(String reason, String message, Instant until) {
        return problem(FailureClass.INFRASTRUCTURE, reason, message, until);
    }

    private static Problem problem(FailureClass failureClass, String reason, String message, Instant until) {
        return new Problem(failureClass, reason, reason, message, until);
    }
}
