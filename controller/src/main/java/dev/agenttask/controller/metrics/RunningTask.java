package dev.agenttask.controller.metrics;

import dev.agenttask.api.Usage;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import java.time.Duration;
import java.time.Instant;

/**
 * What is shown of a task while one of its attempts runs.
 *
 * @param task which
 * @param attempt 1 for the first try
 * @param startedAt when the attempt began
 * @param deadline how long its agent may take
 * @param step what it does now
 * @param stepSince when its node says that the container of the step began; the start of the attempt if it has not said so
 * @param sequence of the latest progress event that was heard; 0 if none was
 * @param usage what its agent says it used so far
 */
public record RunningTask(
        TaskId task,
        int attempt,
        Instant startedAt,
        Duration deadline,
        String step,
        Instant stepSince,
        long sequence,
        Usage usage) {}
