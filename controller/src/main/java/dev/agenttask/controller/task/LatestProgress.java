package dev.agenttask.controller.task;

import dev.agenttask.api.Usage;
import java.util.Optional;

/**
 * The latest that a worker said about itself.
 *
 * @param attempt 1 for the first try
 * @param step clone, setup, agent, snapshot, verify or deliver; empty if the event named none
 * @param message a line for people
 * @param sequence of the event
 * @param checkpointed whether it has said that the attempt's work was pushed while its agent ran
 * @param spoken whether the agent's own words were understood in this step: they say more than its raw output
 * @param usage what its agent says it used so far; empty where it does not say
 */
public record LatestProgress(
        int attempt,
        String step,
        String message,
        long sequence,
        boolean checkpointed,
        boolean spoken,
        Optional<Usage> usage) {

    /** Of an attempt without a checkpoint. */
    public LatestProgress(int attempt, String step, String message, long sequence) {
        this(attempt, step, message, sequence, false, false, Optional.empty());
    }

    /** The same, of an attempt with a checkpoint. */
    public LatestProgress afterCheckpoint() {
        return new LatestProgress(attempt, step, message, sequence, true, spoken, usage);
    }

    /** The same, as the agent's own words. */
    public LatestProgress asSpoken() {
        return new LatestProgress(attempt, step, message, sequence, checkpointed, true, usage);
    }

    /** The same, of an agent that has said since what it used. */
    public LatestProgress using(long laterSequence, Usage used) {
        return new LatestProgress(attempt, step, message, laterSequence, checkpointed, spoken, Optional.of(used));
    }

    /** The same, which happened after {@code before}: what that knew of the attempt stays known. */
    public LatestProgress after(LatestProgress before) {
        return new LatestProgress(
                attempt,
                step,
                message,
                sequence,
                checkpointed || before.checkpointed,
                spoken || before.spoken && step.equals(before.step),
                usage.or(before::usage));
    }
}
