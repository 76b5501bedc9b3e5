/**
 * What a known agent CLI prints, as events and as numbers of what it used: one reader for each CLI. All of it is the
 * agent's claim, in any size and shape: it is read within bounds, never fails, and decides nothing.
 */
@NullMarked
package dev.agenttask.worker.agent;

import org.jspecify.annotations.NullMarked;
