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
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
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
    private final Map<String, Told> told = new ConcurrentHashMap<>();

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
        count(observed.status(), decision.status());
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
        told.remove(id.uid());
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

    private void count(AgentTaskStatus before, AgentTaskStatus after) {
        after.latestAttempt()
                .filter(Attempt::finished)
                .filter(a -> before.attempts().stream().noneMatch(b -> b.number() == a.number() && b.finished()))
                .ifPresent(metrics::attemptFinished);
    }

    /**
     * Tells what was not told yet. The status alone does not say so: a write may have been carried out without an
     * answer, or by a controller that died before it told anybody. So a new controller tells states, and ends of the
     * last minutes, again.
     */
    private void publish(TaskId task, AgentTaskStatus before, AgentTaskStatus after, Instant now) {
        var known = Optional.ofNullable(told.put(task.uid(), Told.of(after)));
        var last = known.orElseGet(() -> Told.atFirstLook(before, now));
        var attempt = after.latestAttempt();
        var number = attempt.map(Attempt::number).orElse(0);
        after.attempts().stream()
                .filter(Attempt::finished)
                .filter(a -> a.number() > last.finishedAttempt())
                .forEach(a -> publisher.publish(task, a.number(), now, finished(a, after)));
        Optional.ofNullable(after.phase()).filter(p -> p != last.phase()).ifPresent(phase -> {
            var why = after.condition(Condition.SUCCEEDED);
            var reason = why.map(Condition::reason).orElse("");
            var message = why.map(Condition::message).orElse("");
            LOG.info("Phase {}: {}", Words.of(phase), reason);
            publisher.publish(task, number, now, new EventData.PhaseChanged(phase, reason, message));
        });
        if (known.filter(k -> k.state() == after.hashCode()).isEmpty()) {
            publisher.publish(task, number, now, new EventData.State(task.namespace(), task.name(), after));
        }
    }

    /**
     * What the world knows of a task.
     *
     * @param phase that was told last; null before the first
     * @param finishedAttempt number of the last attempt whose end was told; 0 before the first
     * @param state hash of the status
     */
    private record Told(@Nullable Phase phase, int finishedAttempt, int state) {

        private static final Duration RECENT = Duration.ofMinutes(5);

        static Told of(AgentTaskStatus status) {
            var finished = status.attempts().stream()
                    .filter(Attempt::finished)
                    .mapToInt(Attempt::number)
                    .max();
            return new Told(status.phase(), finished.orElse(0), status.hashCode());
        }

        static Told atFirstLook(AgentTaskStatus status, Instant now) {
            var perhapsUntold = status.attempts().stream()
                    .filter(Attempt::finished)
                    .filter(a -> a.finishedAt().isAfter(now.minus(RECENT)))
                    .mapToInt(Attempt::number)
                    .min();
            return perhapsUntold.isPresent() ? new Told(null, perhapsUntold.getAsInt() - 1, 0) : of(status);
        }
    }

    private static EventData finished(Attempt attempt, AgentTaskStatus status) {
        var latest = status.latestAttempt().filter(a -> a.number() == attempt.number());
        var result = latest.flatMap(a -> Optional.ofNullable(status.result()));
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
