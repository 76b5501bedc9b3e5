package dev.agenttask.worker.pod;

import java.time.Instant;

/**
 * What the worker leaves in the vault about its checkpoints, from before the first one is pushed.
 *
 * @param ref where they go
 * @param commit the last one that was pushed; empty if none was, as far as is known
 * @param pushedAt when that was
 */
public record CheckpointRecord(String ref, String commit, Instant pushedAt) {}
