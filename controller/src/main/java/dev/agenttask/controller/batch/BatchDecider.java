package dev.agenttask.controller.batch;

import dev.agenttask.api.Condition;
import dev.agenttask.api.batch.AgentTaskBatchSpec;
import dev.agenttask.api.batch.BatchPhase;
import dev.agenttask.api.batch.BatchPlan.PlannedTask;
import dev.agenttask.api.batch.BatchProblem;
import dev.agenttask.controller.batch.BatchDecision.Change;
import dev.agenttask.controller.batch.BatchDecision.Kind;
import dev.agenttask.controller.task.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides what must happen to a batch. It knows the time only as it is told, and never assumes that a write happened. */
public final class BatchDecider {

    /** So many at a time: meanwhile the status of the batch stays as it was, and nothing else is done for it. */
    private static final int STARTS_AT_A_TIME = 20;

    /** Looks at all that is known and says what to do. */
    public BatchDecision decide(BatchObserved observed, Instant now) {
        var phase = observed.status().phase();
        if (observed.batch().isMarkedForDeletion()) {
            return BatchDecision.write(observed.status(), List.of(), Optional.empty());
        }
        if (phase != null && phase.terminal()) {
            return finished(observed, now);
        }
        var ledger = BatchLedger.of(observed);
        if (!observed.plan().mistakes().isEmpty()) {
            return new BatchEnd(observed, ledger, now).invalid(observed.plan().mistakes());
        }
        if (phase == null) {
            return accepted(observed, ledger, now);
        }
        return underway(observed, ledger, now);
    }

    /** Nothing is started before this is written: so a task that is refused later does not make the batch invalid. */
    private static BatchDecision accepted(BatchObserved observed, BatchLedger ledger, Instant now) {
        if (!observed.refused().isEmpty()) {
            return new BatchEnd(observed, ledger, now).invalid(observed.refused());
        }
        var draft = new BatchDraft(observed, ledger, now)
                .underway(first(observed.batch().getSpec()), "");
        return BatchDecision.write(draft.build(), List.of(), Optional.of(Duration.ZERO));
    }

    private static BatchPhase first(AgentTaskBatchSpec spec) {
        return spec.canary() > 0 ? BatchPhase.CANARY : BatchPhase.RUNNING;
    }

    private static BatchDecision underway(BatchObserved observed, BatchLedger ledger, Instant now) {
        var spec = observed.batch().getSpec();
        var stop = BatchStop.of(spec, ledger);
        var nothingToStart = ledger.started() == spec.items().size() || stop.isPresent();
        if (ledger.active() == 0 && nothingToStart) {
            return new BatchEnd(observed, ledger, now).end(stop);
        }
        var canaryPassed = ledger.firstSucceeded(canary(spec));
        var phase = phase(spec, stop, canaryPassed);
        var draft = new BatchDraft(observed, ledger, now)
                .underway(phase, stop.map(BatchStop::message).orElse(""));
        var starts =
                stop.isPresent() || spec.suspend() ? List.<PlannedTask>of() : starts(observed, ledger, canaryPassed);
        var more = starts.size() == STARTS_AT_A_TIME ? Optional.of(Duration.ZERO) : Optional.<Duration>empty();
        return new BatchDecision(starts, changes(observed), false, draft.build(), draft.transition(phase, stop), more);
    }

    private static BatchPhase phase(AgentTaskBatchSpec spec, Optional<BatchStop> stop, boolean canaryPassed) {
        if (stop.isPresent()) {
            return BatchPhase.STOPPING;
        }
        if (spec.suspend()) {
            return BatchPhase.SUSPENDED;
        }
        return canaryPassed ? BatchPhase.RUNNING : BatchPhase.CANARY;
    }

    private static List<PlannedTask> starts(BatchObserved observed, BatchLedger ledger, boolean canaryPassed) {
        var spec = observed.batch().getSpec();
        var room = spec.parallelism() == 0 ? STARTS_AT_A_TIME : Math.max(0, spec.parallelism() - ledger.active());
        return observed.plan().tasks().stream()
                .filter(task -> !ledger.started(task.number()))
                .filter(task -> canaryPassed || task.number() < canary(spec))
                .limit(Math.min(room, STARTS_AT_A_TIME))
                .toList();
    }

    private static List<Change> changes(BatchObserved observed) {
        var spec = observed.batch().getSpec();
        var changes = new ArrayList<Change>();
        observed.tasks().forEach((name, task) -> {
            var over = task.getStatus() != null
                    && task.getStatus().phase() != null
                    && task.getStatus().phase().terminal();
            var ours = task.getMetadata().getAnnotations().containsKey(Labels.SUSPENDED_WITH_BATCH);
            if (over) {
                return;
            }
            if (spec.cancel() && !task.getSpec().cancel()) {
                changes.add(new Change(name, Kind.CANCEL));
            } else if (spec.suspend() && !task.getSpec().suspend()) {
                changes.add(new Change(name, Kind.SUSPEND));
            } else if (!spec.suspend() && ours) {
                changes.add(new Change(name, Kind.RESUME));
            }
        });
        return changes;
    }

    private static BatchDecision finished(BatchObserved observed, Instant now) {
        var status = observed.status().with(BatchMerges.of(observed));
        var left = Optional.ofNullable(observed.batch().getSpec().ttlSecondsAfterFinished())
                .flatMap(ttl -> status.condition(Condition.FINISHED)
                        .map(c -> Duration.between(now, c.lastTransitionTime().plusSeconds(ttl))));
        var delete = left.filter(d -> !d.isPositive()).isPresent();
        return new BatchDecision(List.of(), List.of(), delete, status, List.of(), left.filter(Duration::isPositive));
    }

    static int canary(AgentTaskBatchSpec spec) {
        return Math.min(spec.canary(), spec.items().size());
    }

    /** Problems in a few words: the first of them. */
    static String words(List<BatchProblem> problems) {
        var first = problems.getFirst();
        return "%s: %s: %s".formatted(first.item(), first.reason(), first.message());
    }
}
