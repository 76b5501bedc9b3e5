/**
 * Proof: runs the task's checks in the clean room, on a checkout of exactly the commit to be delivered. What a check
 * says counts, what the agent said does not.
 */
@NullMarked
package dev.agenttask.worker.verify;

import org.jspecify.annotations.NullMarked;
