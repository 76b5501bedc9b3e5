package dev.agenttask.cli.command;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.cli.exit.UsageException;
import dev.agenttask.cli.kube.TaskKey;
import dev.agenttask.cli.kube.TaskWatch;
import dev.agenttask.cli.kube.TaskWatch.Change;
import dev.agenttask.cli.report.BatchOutcomes;
import dev.agenttask.cli.report.TaskOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Follows tasks and batches and shows them, until all have ended. */
final class Following {

    /** How often a table is drawn, so that ages grow and a burst of changes is drawn once. */
    private static final Duration BEAT = Duration.ofMillis(500);

    private final Map<TaskKey, AgentTask> tasks = new TreeMap<>();
    private final Map<TaskKey, TaskOutcome> deleted = new TreeMap<>();
    private final Map<TaskKey, AgentTaskBatch> batches = new TreeMap<>();
    private final Set<TaskKey> seenBatches = new HashSet<>();
    private final Set<TaskKey> deletedBatches = new HashSet<>();
    private final ProgressView view;
    private final Clock clock;
    private final Collection<TaskKey> expected;
    private boolean synced;
    private boolean interrupted;

    /**
     * Follows tasks.
     *
     * @param expected those that must be there; others may come
     * @param batches whose tasks come too, as they were last seen
     */
    Following(ProgressView view, Clock clock, Collection<TaskKey> expected, Collection<AgentTaskBatch> batches) {
        this.view = view;
        this.clock = clock;
        this.expected = expected;
        batches.forEach(batch -> this.batches.put(TaskKey.of(batch), batch));
    }

    /** When to end. */
    enum Until {
        ALL_FINISHED,
        DEADLINE
    }

    /**
     * Shows the tasks until that, or the deadline.
     *
     * @return whether all have ended
     * @throws UsageException if an expected task is not there
     */
    boolean follow(TaskWatch watch, Until until, Instant deadline) throws InterruptedException {
        var nextBeat = clock.instant();
        while (!(synced && until == Until.ALL_FINISHED && allFinished())) {
            var now = clock.instant();
            if (!now.isBefore(deadline)) {
                break;
            }
            if (!now.isBefore(nextBeat) && synced) {
                view.show(tasks.values(), batches.values(), now);
                nextBeat = now.plus(BEAT);
            }
            var wait = now.plus(BEAT).isBefore(deadline) ? now.plus(BEAT) : deadline;
            watch.next(wait).ifPresent(this::take);
        }
        view.show(tasks.values(), batches.values(), clock.instant());
        return allFinished();
    }

    private void take(Change change) {
        switch (change) {
            case Change.Seen(var task) -> {
                back();
                tasks.put(TaskKey.of(task), task);
                deleted.remove(TaskKey.of(task));
                view.changed(task);
            }
            case Change.Deleted(var task) -> {
                back();
                tasks.remove(TaskKey.of(task));
                deleted.put(TaskKey.of(task), TaskOutcome.deleted(task));
                view.deleted(task);
            }
            case Change.BatchSeen(var batch) -> {
                back();
                take(batch);
            }
            case Change.BatchDeleted(var batch) -> {
                back();
                if (isWanted(batch)) {
                    deletedBatches.add(TaskKey.of(batch));
                }
            }
            case Change.Synced _ -> {
                synced = true;
                back();
                checkExpected();
                batches.keySet().stream()
                        .filter(key -> !seenBatches.contains(key))
                        .forEach(deletedBatches::add);
            }
            case Change.Interrupted(var why) -> {
                if (!interrupted) {
                    view.note("The API server does not answer and is asked again until it does: " + why);
                }
                interrupted = true;
            }
            case Change.Refused(var why) -> throw why;
        }
    }

    private void take(AgentTaskBatch batch) {
        if (isWanted(batch)) {
            seenBatches.add(TaskKey.of(batch));
            batches.put(TaskKey.of(batch), batch);
            view.changed(batch);
        }
    }

    /** Whether it is followed: one that has taken the name of a deleted one is another. */
    private boolean isWanted(AgentTaskBatch batch) {
        return Optional.ofNullable(batches.get(TaskKey.of(batch)))
                .filter(known ->
                        known.getMetadata().getUid().equals(batch.getMetadata().getUid()))
                .isPresent();
    }

    private void back() {
        interrupted = false;
    }

    private void checkExpected() {
        var missing = new TreeSet<>(expected);
        missing.removeAll(tasks.keySet());
        missing.removeAll(deleted.keySet());
        if (!missing.isEmpty()) {
            throw new UsageException("There is no AgentTask "
                    + missing.stream().map(TaskKey::toString).toList()
                    + ". See: kubectl get agenttasks --all-namespaces");
        }
    }

    private boolean allFinished() {
        return tasks.values().stream().allMatch(task -> TaskOutcome.of(task).finished())
                && batches.entrySet().stream()
                        .allMatch(e -> deletedBatches.contains(e.getKey()) || BatchOutcomes.finished(e.getValue()));
    }

    /** The tasks of batches as they are once these have ended: the watch of them may be behind that of the batches. */
    void complete(Collection<AgentTask> latest) {
        latest.forEach(task -> tasks.put(TaskKey.of(task), task));
    }

    /** The tasks that are there, by namespace and name. */
    List<AgentTask> tasks() {
        return List.copyOf(tasks.values());
    }

    /** How each task stands, those that were deleted, and items of batches that were never started, included. */
    List<TaskOutcome> outcomes() {
        var all = new TreeMap<>(deleted);
        tasks.forEach((key, task) -> all.put(key, TaskOutcome.of(task)));
        var outcomes = new ArrayList<TaskOutcome>();
        batches.forEach((key, batch) -> {
            var own = new HashMap<String, TaskOutcome>();
            all.forEach((taskKey, outcome) -> {
                if (outcome.batch().equals(key.name()) && outcome.namespace().equals(key.namespace())) {
                    own.put(outcome.name(), outcome);
                }
            });
            own.keySet().forEach(name -> all.remove(new TaskKey(key.namespace(), name)));
            outcomes.addAll(
                    deletedBatches.contains(key) ? BatchOutcomes.ofDeleted(batch, own) : BatchOutcomes.of(batch, own));
        });
        outcomes.addAll(0, all.values());
        return List.copyOf(outcomes);
    }
}
