package dev.agenttask.e2e.soak;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How far a pod of a task is: the container whose turn it is. */
enum Step {
    CLONE,
    AGENT,
    VERIFY,
    DELIVER,
    OVER;

    private static final List<Step> CONTAINERS = List.of(CLONE, AGENT, VERIFY, DELIVER);

    static Step of(Pod pod) {
        var status = Optional.ofNullable(pod.getStatus());
        var phase = status.map(s -> s.getPhase()).orElse("");
        if (phase.equals("Succeeded") || phase.equals("Failed")) {
            return OVER;
        }
        Set<String> ended = Stream.concat(
                        status.stream().flatMap(s -> s.getInitContainerStatuses().stream()),
                        status.stream().flatMap(s -> s.getContainerStatuses().stream()))
                .filter(container -> container.getState().getTerminated() != null)
                .map(ContainerStatus::getName)
                .collect(Collectors.toSet());
        return CONTAINERS.stream()
                .filter(step -> !ended.contains(step.name().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElse(OVER);
    }
}
