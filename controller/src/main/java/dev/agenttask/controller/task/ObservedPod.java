package dev.agenttask.controller.task;

import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.api.attempt.StepReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What matters about the pod of an attempt.
 *
 * @param name of the pod
 * @param attempt 1 for the first try
 * @param held whether it carries our finalizer
 * @param createdAt when it was made
 * @param deletedAt when it is to be gone, its grace included; empty if nobody deleted it
 * @param stop why the operator told it to stop, if it did
 * @param scheduling whether it has a node
 * @param phase as in its status
 * @param reason as in its status, such as Evicted; empty if there is none
 * @param message as in its status; empty if there is none
 * @param disruption the reason of its condition DisruptionTarget; empty if there is none
 * @param conditionsSince when one of its conditions last changed
 * @param containers by name
 */
public record ObservedPod(
        String name,
        int attempt,
        boolean held,
        Instant createdAt,
        Optional<Instant> deletedAt,
        Optional<Stop> stop,
        Scheduling scheduling,
        String phase,
        String reason,
        String message,
        String disruption,
        Instant conditionsSince,
        Map<String, Container> containers) {

    /** The steps of the pod in the order in which they run. The worker is beside them. */
    public static final List<String> STEPS =
            List.of(PodLayout.CLONE, PodLayout.AGENT, PodLayout.VERIFY, PodLayout.DELIVER);

    public ObservedPod {
        containers = Map.copyOf(containers);
    }

    /**
     * Whether a pod has a node.
     *
     * @param placed whether it has
     * @param message why the scheduler found none; empty if it has not said so
     * @param since since when that is so
     */
    public record Scheduling(boolean placed, String message, Instant since) {}

    /**
     * One container.
     *
     * @param image as in the pod's spec
     * @param state as in the pod's status
     * @param restarts how often it was started again
     */
    public record Container(String image, ContainerState state, int restarts) {}

    /** The state of a container. */
    public sealed interface ContainerState {

        /** Not started. Reason and message are the kubelet's. */
        record Waiting(String reason, String message) implements ContainerState {}

        /** Started, and not ended. */
        record Running(Instant since) implements ContainerState {}

        /** Ended. */
        record Ended(int exitCode, String reason, String message, Optional<Instant> from, Optional<Instant> at)
                implements ContainerState {}
    }

    /**
     * A step that is over, as its node tells.
     *
     * @param name of its container
     * @param exitCode of that container
     * @param took from its start to its end, in whole seconds
     */
    public record EndedStep(String name, int exitCode, Duration took) {}

    /** How a container ended, if it was started and ended. */
    public Optional<ContainerState.Ended> ended(String container) {
        return state(container) instanceof ContainerState.Ended e ? Optional.of(e) : Optional.empty();
    }

    /** Since when a container runs, if it does. */
    public Optional<Instant> runningSince(String container) {
        return state(container) instanceof ContainerState.Running r ? Optional.of(r.since()) : Optional.empty();
    }

    /** Whether a container was started. */
    public boolean started(String container) {
        return !(state(container) instanceof ContainerState.Waiting);
    }

    /** Whether the kubelet has not come to a container yet. It says so of all that follow the one that it is at. */
    public boolean awaitsItsTurn(String container) {
        return state(container) instanceof ContainerState.Waiting(String reason, String message)
                && reason.equals("PodInitializing");
    }

    /** What a trusted container said when it ended. Those of the sandbox and the clean room are never read. */
    public Optional<StepReport> report(String container) {
        return switch (container) {
            case PodLayout.CLONE, PodLayout.WORKER, PodLayout.DELIVER ->
                ended(container).flatMap(e -> StepReport.parse(e.message()));
            default -> Optional.empty();
        };
    }

    /** The step that began last; the first one if none has begun. */
    public String step() {
        return STEPS.reversed().stream().filter(this::started).findFirst().orElse(PodLayout.CLONE);
    }

    /** The steps that have begun and ended. */
    public List<EndedStep> endedSteps() {
        return STEPS.stream().flatMap(step -> endedStep(step).stream()).toList();
    }

    /** Since when nothing has begun, ended or changed: the time from which the next change is waited for. */
    public Instant lastChange() {
        return STEPS.stream()
                .map(this::state)
                .flatMap(ObservedPod::time)
                .filter(conditionsSince::isBefore)
                .max(Comparator.naturalOrder())
                .orElse(conditionsSince);
    }

    /**
     * Whether nothing of it runs any more, as far as anybody can tell.
     *
     * @param slack what a kubelet may take beyond the grace before its node counts as lost
     */
    public boolean over(Instant now, Duration slack) {
        return stopped() || lostAt(slack).filter(at -> !now.isBefore(at)).isPresent();
    }

    /** Whether nothing of it runs for certain. One that is only given up may run on, on a node that does not answer. */
    public boolean stopped() {
        var neverPlaced = deletedAt.isPresent() && !scheduling.placed();
        return neverPlaced || finished() && nothingRuns();
    }

    /**
     * When it counts as over although something seems to run: it was deleted and did not go, or its node is gone and
     * the control plane ended it. Empty while nobody has given it up.
     */
    public Optional<Instant> lostAt(Duration slack) {
        return deletedAt
                .map(at -> at.plus(slack))
                .or(() -> finished() ? Optional.of(lastChange().plus(slack.multipliedBy(3))) : Optional.empty());
    }

    private Optional<EndedStep> endedStep(String step) {
        return ended(step).flatMap(end -> end.from()
                .flatMap(from -> end.at().map(at -> new EndedStep(step, end.exitCode(), Duration.between(from, at)))));
    }

    private boolean finished() {
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private boolean nothingRuns() {
        return containers.values().stream().noneMatch(c -> c.state() instanceof ContainerState.Running);
    }

    private ContainerState state(String container) {
        var found = containers.get(container);
        return found == null ? new ContainerState.Waiting("", "") : found.state();
    }

    private static Stream<Instant> time(ContainerState state) {
        return switch (state) {
            case ContainerState.Waiting w -> Stream.empty();
            case ContainerState.Running r -> Stream.of(r.since());
            case ContainerState.Ended e -> e.at().stream();
        };
    }
}
