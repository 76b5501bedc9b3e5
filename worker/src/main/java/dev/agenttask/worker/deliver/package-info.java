/**
 * The last step: acts on the verdict that the worker left in the vault, and on nothing else. Pushes the branch, or
 * keeps the work at the salvage ref and says why.
 */
@NullMarked
package dev.agenttask.worker.deliver;

import org.jspecify.annotations.NullMarked;
