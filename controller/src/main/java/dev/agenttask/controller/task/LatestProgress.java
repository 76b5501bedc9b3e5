package dev.agenttask.controller.task;

/**
 * The latest that a worker said about itself.
 *
 * @param attempt 1 for the first try
 * @param step clone, setup, agent, snapshot, verify or deliver; empty if the event named none
 * @param message a line for people
 * @param sequence of the event
 * @param checkpointed whether it has said that the attempt's work was pushed while its agent ran
 */
public record LatestProgress(int attempt, String step, String message, long sequence, boolean checkpointed) {

    /** Of an attempt without a checkpoint. */
    public LatestProgress(int attempt, String step, String message, long sequence) {
        this(attempt, step, message, sequence, false);
    }

    /** The same, of an attempt with a checkpoint. */
    public LatestProgress afterCheckpoint() {
        return new LatestProgress(attempt, step, message, sequence, true);
    }
}
