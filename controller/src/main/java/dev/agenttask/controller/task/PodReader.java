package dev.agenttask.controller.task;

import dev.agenttask.controller.task.ObservedPod.Container;
import dev.agenttask.controller.task.ObservedPod.ContainerState;
import dev.agenttask.controller.task.ObservedPod.Scheduling;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads from a pod what the rules need to know. */
public final class PodReader {

    private PodReader() {}

    /** Whether the task with that UID controls the pod, and the pod says which attempt it is. */
    public static boolean belongsTo(Pod pod, String taskUid) {
        return controlledBy(pod, taskUid)
                && pod.getMetadata()
                        .getLabels()
                        .getOrDefault(Labels.ATTEMPT, "")
                        .matches("[1-9][0-9]{0,8}");
    }

    /** Whether what has that UID is the controller of a resource. */
    public static boolean controlledBy(HasMetadata resource, String uid) {
        return resource.getMetadata().getOwnerReferences().stream()
                .anyMatch(o -> Boolean.TRUE.equals(o.getController()) && uid.equals(o.getUid()));
    }

    /**
     * Reads a pod that {@link #belongsTo} a task.
     *
     * @throws IllegalArgumentException if it does not say which attempt it is
     */
    public static ObservedPod read(Pod pod) {
        return read(pod, Integer.parseInt(pod.getMetadata().getLabels().get(Labels.ATTEMPT)));
    }

    /** Reads the pod of an attempt, whatever its labels say. */
    public static ObservedPod read(Pod pod, int attempt) {
        var metadata = pod.getMetadata();
        var status = pod.getStatus();
        return new ObservedPod(
                metadata.getName(),
                attempt,
                metadata.getFinalizers().contains(Labels.OUTCOME_FINALIZER),
                Instant.parse(metadata.getCreationTimestamp()),
                time(metadata.getDeletionTimestamp()),
                Optional.ofNullable(metadata.getAnnotations())
                        .map(a -> a.get(Labels.STOP))
                        .flatMap(Stop::parse),
                scheduling(pod),
                status == null ? "" : text(status.getPhase()),
                status == null ? "" : text(status.getReason()),
                status == null ? "" : text(status.getMessage()),
                condition(pod, "DisruptionTarget")
                        .filter(c -> c.getStatus().equals("True"))
                        .map(c -> text(c.getReason()))
                        .orElse(""),
                conditionsSince(pod),
                containers(pod));
    }

    private static Instant conditionsSince(Pod pod) {
        var conditions = pod.getStatus() == null
                ? List.<PodCondition>of()
                : pod.getStatus().getConditions();
        return conditions.stream()
                .flatMap(c -> time(c.getLastTransitionTime()).stream())
                .max(Comparator.naturalOrder())
                .orElse(Instant.parse(pod.getMetadata().getCreationTimestamp()));
    }

    private static Scheduling scheduling(Pod pod) {
        var created = Instant.parse(pod.getMetadata().getCreationTimestamp());
        var condition = condition(pod, "PodScheduled");
        var since = condition.flatMap(c -> time(c.getLastTransitionTime())).orElse(created);
        if (!text(pod.getSpec().getNodeName()).isEmpty()) {
            return new Scheduling(true, "", since);
        }
        var message = condition
                .filter(c -> c.getStatus().equals("False"))
                .map(c -> text(c.getMessage()))
                .orElse("");
        return new Scheduling(false, message, since);
    }

    private static Map<String, Container> containers(Pod pod) {
        var images = new HashMap<String, String>();
        Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                .forEach(c -> images.put(c.getName(), text(c.getImage())));
        var containers = new HashMap<String, Container>();
        images.forEach(
                (name, image) -> containers.put(name, new Container(image, new ContainerState.Waiting("", ""), 0)));
        for (var status : statuses(pod)) {
            containers.put(
                    status.getName(),
                    new Container(
                            images.getOrDefault(status.getName(), text(status.getImage())),
                            state(status),
                            status.getRestartCount() == null ? 0 : status.getRestartCount()));
        }
        return containers;
    }

    private static List<ContainerStatus> statuses(Pod pod) {
        var status = pod.getStatus();
        return status == null
                ? List.of()
                : Stream.concat(status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
                        .toList();
    }

    private static ContainerState state(ContainerStatus status) {
        var state = status.getState();
        if (state == null) {
            return new ContainerState.Waiting("", "");
        }
        if (state.getTerminated() != null) {
            return ended(state.getTerminated());
        }
        if (state.getRunning() != null) {
            return new ContainerState.Running(
                    time(state.getRunning().getStartedAt()).orElse(Instant.EPOCH));
        }
        var waiting = state.getWaiting();
        return waiting == null
                ? new ContainerState.Waiting("", "")
                : new ContainerState.Waiting(text(waiting.getReason()), text(waiting.getMessage()));
    }

    private static ContainerState ended(ContainerStateTerminated terminated) {
        return new ContainerState.Ended(
                terminated.getExitCode() == null ? -1 : terminated.getExitCode(),
                text(terminated.getReason()),
                text(terminated.getMessage()),
                time(terminated.getStartedAt()),
                time(terminated.getFinishedAt()));
    }

    private static Optional<PodCondition> condition(Pod pod, String type) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(c -> type.equals(c.getType()))
                        .findFirst();
    }

    private static Optional<Instant> time(@Nullable String timestamp) {
        return Optional.ofNullable(timestamp).map(Instant::parse);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
