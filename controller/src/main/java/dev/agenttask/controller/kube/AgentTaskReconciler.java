package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.controller.metrics.TaskMetrics;
import dev.agenttask.controller.task.Action;
import dev.agenttask.controller.task.AttemptNames;
import dev.agenttask.controller.task.Decision;
import dev.agenttask.controller.task.Inputs;
import dev.agenttask.controller.task.Observed;
import dev.agenttask.controller.task.TaskDecider;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.BaseControl;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Observes, decides, acts, and writes one status. */
final class AgentTaskReconciler implements Reconciler<AgentTask>, Cleaner<AgentTask> {

    private static final Logger LOG = LoggerFactory.getLogger(AgentTaskReconciler.class);
    private static final Duration SOON = Duration.ofMillis(1);
    private static final Duration AFTER_CONFLICT = Duration.ofMillis(200);

    private final TaskEvents events;
    private final Observer observer;
    private final TaskDecider decider;
    private final ActionRunner actions;
    private final Aftermath aftermath;
    private final TaskMetrics metrics;
    private final InstantSource clock;

    AgentTaskReconciler(
            TaskEvents events,
            Observer observer,
            TaskDecider decider,
            ActionRunner actions,
            Aftermath aftermath,
            TaskMetrics metrics,
            InstantSource clock) {
        this.events = events;
        this.observer = observer;
        this.decider = decider;
        this.actions = actions;
        this.aftermath = aftermath;
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, AgentTask>> prepareEventSources(EventSourceContext<AgentTask> context) {
        return events.sources(context);
    }

    @Override
    public UpdateControl<AgentTask> reconcile(AgentTask task, Context<AgentTask> context) throws Exception {
        try (var _ = Mdc.of(task)) {
            return metrics.reconciliation("task", () -> {
                var next = step(task, context);
                return rescheduled(UpdateControl.noUpdate(), next.requeueAfter());
            });
        }
    }

    @Override
    public DeleteControl cleanup(AgentTask task, Context<AgentTask> context) throws Exception {
        try (var _ = Mdc.of(task)) {
            return metrics.reconciliation("deletion", () -> {
                var decision = step(task, context);
                if (decision.actions().contains(new Action.FinishDeletion())) {
                    aftermath.deleted(task);
                    return DeleteControl.defaultDelete();
                }
                return rescheduled(DeleteControl.noFinalizerRemoval(), decision.requeueAfter());
            });
        }
    }

    private Decision step(AgentTask task, Context<AgentTask> context) {
        try {
            var observed = observer.observe(task, context.getSecondaryResources(Pod.class));
            var decided = decider.decide(observed, clock.instant());
            Mdc.attempt(decided.status());
            return write(observed, act(observed, decided, context), context);
        } catch (RuntimeException e) {
            aftermath.failed(task);
            throw e;
        }
    }

    /** Does what was decided. An attempt that the cluster does not let start changes the decision, once. */
    private Decision act(Observed observed, Decision decision, Context<AgentTask> context) {
        var refusal = Optional.<Inputs>empty();
        for (var action : decision.actions()) {
            LOG.info("Doing {}", Words.of(action));
            var refused = actions.run(
                    observed.task(), action, pod -> context.resourceOperations().create(pod));
            refusal = refusal.or(() -> refused);
        }
        return refusal.map(inputs -> decider.decide(observed.with(inputs), clock.instant()))
                .orElse(decision);
    }

    private Decision write(Observed observed, Decision decision, Context<AgentTask> context) {
        var recorded = observed.status();
        if (!decision.status().equals(recorded)) {
            try {
                context.resourceOperations().updatePrimaryStatus(withStatus(observed.task(), decision.status()));
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                    throw e;
                }
                LOG.info("The task changed meanwhile; looking again");
                return new Decision(decision.actions(), recorded, List.of(), Optional.of(AFTER_CONFLICT));
            }
        }
        aftermath.written(observed, decision, clock.instant());
        return decision;
    }

    /** The version of the task goes along: a status that was decided on something older is refused. */
    private static AgentTask withStatus(AgentTask task, AgentTaskStatus status) {
        var changed = new AgentTask();
        changed.setMetadata(task.getMetadata());
        changed.setSpec(task.getSpec());
        changed.setStatus(status);
        return changed;
    }

    private static <C extends BaseControl<C>> C rescheduled(C control, Optional<Duration> after) {
        return after.map(d -> control.rescheduleAfter(d.compareTo(SOON) < 0 ? SOON : d))
                .orElse(control);
    }

    /** What stands in every line of the log while a task is worked on. */
    private record Mdc() implements AutoCloseable {

        static Mdc of(AgentTask task) {
            var id = AttemptNames.id(task);
            MDC.put("namespace", id.namespace());
            MDC.put("task", id.name());
            Optional.ofNullable(task.getStatus()).ifPresent(Mdc::attempt);
            return new Mdc();
        }

        static void attempt(AgentTaskStatus status) {
            status.latestAttempt().ifPresent(a -> MDC.put("attempt", Integer.toString(a.number())));
        }

        @Override
        public void close() {
            MDC.remove("namespace");
            MDC.remove("task");
            MDC.remove("attempt");
        }
    }
}
