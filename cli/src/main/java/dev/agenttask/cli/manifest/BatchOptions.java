package dev.agenttask.cli.manifest;

import java.util.Optional;

/**
 * How a batch is called and worked through.
 *
 * @param name of the batch; without one it follows from the content
 * @param canary how many items go first
 * @param parallelism how many tasks are unfinished at a time
 * @param maxFailures how many tasks may fail
 */
public record BatchOptions(
        Optional<String> name, Optional<Integer> canary, Optional<Integer> parallelism, Optional<Integer> maxFailures) {

    /** What an AgentTaskBatch says of itself if nothing is given. */
    public static final BatchOptions NONE =
            new BatchOptions(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
