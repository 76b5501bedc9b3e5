package dev.agenttask.controller.forecast;

import dev.agenttask.api.attempt.StepReport;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How far the pod of a forecast is. */
public sealed interface ForecastPodState {

    /** It has not ended. */
    record Running(Instant createdAt) implements ForecastPodState {}

    /** It has ended well: its log has the answer. */
    record Answered(Instant finishedAt) implements ForecastPodState {}

    /** It has ended otherwise. */
    record Failed(String message) implements ForecastPodState {}

    /** Reads it from the pod. */
    static ForecastPodState of(Pod pod) {
        var status = pod.getStatus();
        var ended = Stream.ofNullable(status)
                .flatMap(s -> s.getContainerStatuses().stream())
                .map(ContainerStatus::getState)
                .filter(Objects::nonNull)
                .flatMap(state -> Stream.ofNullable(state.getTerminated()))
                .findFirst();
        if (ended.isPresent()) {
            return ended(ended.get());
        }
        if (status != null && "Failed".equals(status.getPhase())) {
            return new Failed("The pod failed: " + text(status.getReason()) + " " + text(status.getMessage()));
        }
        return new Running(Instant.parse(pod.getMetadata().getCreationTimestamp()));
    }

    private static ForecastPodState ended(ContainerStateTerminated ended) {
        if (Integer.valueOf(0).equals(ended.getExitCode()) && ended.getFinishedAt() != null) {
            return new Answered(Instant.parse(ended.getFinishedAt()));
        }
        var said = StepReport.parse(ended.getMessage()).map(StepReport::message).filter(m -> !m.isEmpty());
        return new Failed(said.orElseGet(() -> "The pod failed: " + text(ended.getReason()) + ", exit code "
                + Optional.ofNullable(ended.getExitCode()).map(String::valueOf).orElse("unknown") + "."));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
