package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Progress;
import dev.agenttask.api.Usage;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.api.event.EventData;
import dev.agenttask.controller.metrics.RunningTask;
import dev.agenttask.controller.metrics.TaskMetrics;
import dev.agenttask.controller.progress.ProgressBoard;
import dev.agenttask.controller.progress.TaskPublisher;
import dev.agenttask.controller.task.Admission;
import dev.agenttask.controller.task.AttemptNames;
import dev.agenttask.controller.task.Decision;
import dev.agenttask.controller.task.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
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
        var known = Optional.ofNullable(told.put(task.uid(), Told.of(decision.status())));
        count(observed, decision.status(), known.orElseGet(() -> Told.of(observed.status())));
        show(observed, decision.status());
        publish(task, known, observed.status(), decision.status(), now);
        if (terminal(decision.status())) {
            progress.forget(task.uid());
        }
    }

    /** A task that cannot be worked on now does not hold up those behind it. */
    void failed(AgentTask task) {
        var pod = Optional.ofNullable(task.getStatus())
                .flatMap(AgentTaskStatus::latestAttempt)
                .filter(attempt -> !attempt.finished());
        if (pod.isPresent()) {
            queue.stepAside(task.getMetadata().getUid());
        } else {
            queue.leave(task.getMetadata().getUid());
        }
    }

    void deleted(AgentTask task) {
        var id = AttemptNames.id(task);
        queue.leave(id.uid());
        progress.forget(id.uid());
        told.remove(id.uid());
        metrics.runsNoMore(id);
        publisher.delete(id);
        LOG.info("The task is gone");
    }

    /**
     * Forgets tasks that are gone without a word.
     *
     * @param existing gives the uids of all tasks
     */
    void dropVanished(Supplier<Set<String>> existing) {
        var gone = new HashSet<>(told.keySet());
        gone.removeAll(existing.get());
        told.keySet().removeAll(gone);
        metrics.drop(gone);
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

    /** Each end once, also if nobody answered when it was written: by what was counted, and not by what was written. */
    private void count(Observed observed, AgentTaskStatus after, Told counted) {
        var namespace = observed.task().getMetadata().getNamespace();
        metrics.show(namespace);
        after.attempts().stream()
                .filter(Attempt::finished)
                .filter(a -> a.number() > counted.finishedAttempt())
                .forEach(a -> count(observed, after, a));
        if (terminal(after) && !counted.over()) {
            var verified = after.condition(Condition.VERIFIED);
            metrics.taskFinished(
                    namespace, after.phase(), verified.map(Condition::status).orElse("Unknown"));
        }
    }

    private void count(Observed observed, AgentTaskStatus after, Attempt attempt) {
        var namespace = observed.task().getMetadata().getNamespace();
        metrics.attemptFinished(namespace, attempt);
        Optional.ofNullable(attempt.usage()).ifPresent(usage -> metrics.used(namespace, model(observed), usage));
        after.latestAttempt()
                .filter(attempt::equals)
                .flatMap(_ -> Optional.ofNullable(after.verification()))
                .ifPresent(verification -> metrics.verified(namespace, verification.verdict()));
        observed.pod(attempt.number()).stream()
                .flatMap(pod -> pod.endedSteps().stream())
                .forEach(step -> metrics.stepFinished(step.name(), step.exitCode(), step.took()));
    }

    private void show(Observed observed, AgentTaskStatus status) {
        var task = AttemptNames.id(observed.task());
        status.latestAttempt()
                .filter(attempt -> !attempt.finished() && !terminal(status))
                .ifPresentOrElse(
                        attempt -> {
                            metrics.used(task.namespace(), model(observed), Usage.NONE);
                            metrics.runs(running(task, observed, status, attempt));
                        },
                        () -> metrics.runsNoMore(task));
    }

    private static String model(Observed observed) {
        return observed.task().getSpec().agent().model();
    }

    private static RunningTask running(TaskId task, Observed observed, AgentTaskStatus status, Attempt attempt) {
        var progress = Optional.ofNullable(status.progress());
        var begun = Optional.ofNullable(attempt.startedAt()).orElse(Instant.EPOCH);
        return new RunningTask(
                task,
                attempt.number(),
                begun,
                observed.task().getSpec().limits().deadlineDuration(),
                progress.map(Progress::step).orElse(""),
                observed.pod(attempt.number())
                        .flatMap(pod -> pod.runningSince(pod.step()))
                        .orElse(begun),
                progress.flatMap(p -> Optional.ofNullable(p.sequence())).orElse(0L),
                Optional.ofNullable(attempt.usage()).orElse(Usage.NONE));
    }

    /**
     * Tells what was not told yet. The status alone does not say so: a write may have been carried out without an
     * answer, or by a controller that died before it told anybody. So a new controller tells states, and ends of the
     * last minutes, again.
     */
    private void publish(
            TaskId task, Optional<Told> known, AgentTaskStatus before, AgentTaskStatus after, Instant now) {
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

        boolean over() {
            return phase != null && phase.terminal();
        }

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
