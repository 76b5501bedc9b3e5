package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.api.event.EventData;
import dev.agenttask.controller.metrics.TaskMetrics;
import dev.agenttask.controller.progress.ProgressBoard;
import dev.agenttask.controller.progress.TaskPublisher;
import dev.agenttask.controller.task.Admission;
import dev.agenttask.controller.task.AttemptNames;
import dev.agenttask.controller.task.Decision;
import dev.agenttask.controller.task.Observed;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows once a status is written: the queue moves on, and people, Kafka and Prometheus are told. */
final class Aftermath {

    private static final Logger LOG = LoggerFactory.getLogger(Aftermath.class);

    private final AdmissionQueue queue;
    private final EventRecorder recorder;
    private final TaskPublisher publisher;
    private final ProgressBoard progress;
    private final TaskMetrics metrics;
    private final Set<String> published = ConcurrentHashMap.newKeySet();

    Aftermath(
            AdmissionQueue queue,
            EventRecorder recorder,
            TaskPublisher publisher,
            ProgressBoard progress,
            TaskMetrics metrics) {
        this.queue = queue;
        this.recorder = recorder;
        this.publisher = publisher;
        this.progress = progress;
        this.metrics = metrics;
    }

    void written(Observed observed, Decision decision, Instant now) {
        var task = AttemptNames.id(observed.task());
        queue(observed, decision.status());
        decision.events().forEach(event -> recorder.record(observed.task(), event, now));
        publish(task, observed.status(), decision.status(), now);
        if (terminal(decision.status())) {
            progress.forget(task.uid());
        }
    }

    /** A task that cannot be worked on now does not hold up those behind it. */
    void failed(AgentTask task) {
        queue.stepAside(task.getMetadata().getUid());
    }

    void deleted(AgentTask task) {
        var id = AttemptNames.id(task);
        queue.leave(id.uid());
        progress.forget(id.uid());
        published.remove(id.uid());
        publisher.delete(id);
        LOG.info("The task is gone");
    }

    private void queue(Observed observed, AgentTaskStatus status) {
        var task = AttemptNames.id(observed.task());
        var running = status.latestAttempt().filter(a -> !a.finished()).isPresent();
        if (running && !terminal(status)) {
            queue.enter(task.uid(), task.namespace());
        } else if (!(observed.admission() instanceof Admission.Waiting) || status.phase() != Phase.QUEUED) {
            queue.leave(task.uid());
        }
    }

    /** A state is published again by each new controller, because the last one may have died before it was sent. */
    private void publish(TaskId task, AgentTaskStatus before, AgentTaskStatus after, Instant now) {
        var attempt = after.latestAttempt();
        var number = attempt.map(Attempt::number).orElse(0);
        ended(before, attempt).ifPresent(a -> {
            metrics.attemptFinished(a);
            publisher.publish(task, number, now, finished(a, after));
        });
        if (before.phase() != after.phase()) {
            Optional.ofNullable(after.phase()).ifPresent(phase -> {
                var why = after.condition(Condition.SUCCEEDED);
                var reason = why.map(Condition::reason).orElse("");
                var message = why.map(Condition::message).orElse("");
                LOG.info("Phase {}: {}", Words.of(phase), reason);
                publisher.publish(task, number, now, new EventData.PhaseChanged(phase, reason, message));
            });
        }
        var firstLook = published.add(task.uid());
        if (firstLook || !before.equals(after)) {
            publisher.publish(task, number, now, new EventData.State(task.namespace(), task.name(), after));
        }
    }

    private static Optional<Attempt> ended(AgentTaskStatus before, Optional<Attempt> latest) {
        return latest.filter(Attempt::finished)
                .filter(a -> before.attempts().stream().noneMatch(b -> b.number() == a.number() && b.finished()));
    }

    private static EventData finished(Attempt attempt, AgentTaskStatus status) {
        var result = Optional.ofNullable(status.result());
        return new EventData.Finished(
                attempt.outcome(),
                attempt.failureClass(),
                attempt.reason(),
                attempt.message(),
                result.map(r -> r.branch()).orElse(""),
                result.map(r -> r.commit()).orElse(""),
                attempt.wipRef());
    }

    private static boolean terminal(AgentTaskStatus status) {
        return status.phase() != null && status.phase().terminal();
    }
}
