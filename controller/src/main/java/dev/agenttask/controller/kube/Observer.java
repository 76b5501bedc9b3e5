package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.controller.forecast.ForecastBoard;
import dev.agenttask.controller.progress.ProgressBoard;
import dev.agenttask.controller.task.AttemptNames;
import dev.agenttask.controller.task.Inputs;
import dev.agenttask.controller.task.Observed;
import dev.agenttask.controller.task.QueueOrder.Ticket;
import dev.agenttask.controller.task.TaskValidator;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;

/** Looks at all that matters for a task, and at nothing that does not matter yet. */
final class Observer {

    private final AttemptPods pods;
    private final InputReader inputs;
    private final AdmissionQueue queue;
    private final ProgressBoard progress;
    private final ForecastBoard forecasts;
    private final TaskValidator validator;
    private final InstantSource clock;

    Observer(
            AttemptPods pods,
            InputReader inputs,
            AdmissionQueue queue,
            ProgressBoard progress,
            ForecastBoard forecasts,
            TaskValidator validator,
            InstantSource clock) {
        this.pods = pods;
        this.inputs = inputs;
        this.queue = queue;
        this.progress = progress;
        this.forecasts = forecasts;
        this.validator = validator;
        this.clock = clock;
    }

    Observed observe(AgentTask task, Collection<Pod> cached) {
        var uid = task.getMetadata().getUid();
        var observed = Observed.of(task, pods.of(task, cached))
                .with(progress.latest(uid))
                .withForecast(forecasts.latest(uid));
        if (!observed.wantsStart(clock.instant())
                || !validator.mistakes(task.getSpec()).isEmpty()) {
            return observed;
        }
        var found = observed.with(inputs.read(task));
        return found.inputs() instanceof Inputs.Ready ? found.with(queue.ask(ticket(task))) : found;
    }

    static Ticket ticket(AgentTask task) {
        var id = AttemptNames.id(task);
        return new Ticket(
                id.uid(),
                id.namespace(),
                id.name(),
                task.getSpec().priority(),
                Instant.parse(task.getMetadata().getCreationTimestamp()));
    }
}
