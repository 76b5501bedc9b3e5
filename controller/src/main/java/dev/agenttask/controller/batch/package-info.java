/**
 * The rules of a batch: which tasks its items make, which of them start, and what its status says. Pure, as
 * {@link dev.agenttask.controller.task} is.
 */
@NullMarked
package dev.agenttask.controller.batch;

import org.jspecify.annotations.NullMarked;
