package dev.agenttask.controller.forecast;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Base;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Forecast;
import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.controller.task.AttemptNames;
import java.time.Instant;
import java.util.Optional;

/**
 * A result that waits to be merged.
 *
 * @param task that delivered it
 * @param resource the task itself
 * @param branch that was pushed
 * @param commit that was pushed
 * @param base that the work started from
 * @param finishedAt when it was delivered
 * @param recorded what is recorded about this commit, if anything is
 * @param answered whether its task says whether it merges, or that this is not going to be found out
 */
public record Delivered(
        TaskId task,
        AgentTask resource,
        String branch,
        String commit,
        Base base,
        Instant finishedAt,
        Optional<Forecast> recorded,
        boolean answered) {

    /** What a task has delivered, unless that is merged, or its branch is gone or someone works on it. */
    static Optional<Delivered> of(AgentTask task) {
        var status = Optional.ofNullable(task.getStatus()).orElse(AgentTaskStatus.NONE);
        var result = status.result();
        var finished = status.condition(Condition.FINISHED);
        if (status.phase() != Phase.SUCCEEDED
                || result == null
                || result.branch().isEmpty()
                || finished.isEmpty()
                || task.isMarkedForDeletion()) {
            return Optional.empty();
        }
        var recorded =
                Optional.ofNullable(status.forecast()).filter(f -> f.commit().equals(result.commit()));
        return Optional.of(new Delivered(
                        AttemptNames.id(task),
                        task,
                        result.branch(),
                        result.commit(),
                        Optional.ofNullable(status.base()).orElse(new Base("", "")),
                        finished.get().lastTransitionTime(),
                        recorded,
                        status.condition(Condition.MERGES_CLEANLY).isPresent()))
                .filter(d -> d.recorded().filter(f -> f.state().isFinal()).isEmpty());
    }

    ForecastKey key() {
        var repository = resource.getSpec().repository();
        var ref = base.ref().isEmpty() ? repository.ref() : base.ref();
        return new ForecastKey(task.namespace(), repository.url(), ref, repository.credentialsSecret());
    }
}
