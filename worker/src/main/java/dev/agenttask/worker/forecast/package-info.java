/**
 * Merges delivered results with each other on trial and tells which do not fit together. It reads and fetches, and never
 * writes to the remote, checks anything out or executes anything.
 */
@NullMarked
package dev.agenttask.worker.forecast;

import org.jspecify.annotations.NullMarked;
