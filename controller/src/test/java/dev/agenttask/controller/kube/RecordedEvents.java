package dev.agenttask.controller.kube;

import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.api.event.EventData;
import dev.agenttask.controller.progress.TaskPublisher;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what a controller tells the world. */
final class RecordedEvents implements TaskPublisher {

    private final List<EventData> events = new CopyOnWriteArrayList<>();

    List<Phase> phases() {
        return events.stream()
                .filter(EventData.PhaseChanged.class::isInstance)
                .map(e -> ((EventData.PhaseChanged) e).phase())
                .toList();
    }

    long results() {
        return events.stream().filter(EventData.Finished.class::isInstance).count();
    }

    @Override
    public void publish(TaskId task, int attempt, Instant time, EventData data) {
        events.add(data);
    }

    @Override
    public void delete(TaskId task) {
        // only what is said of living tasks is of interest
    }

    @Override
    public void close() {
        // nothing to close
    }
}
