/**
 * A batch of tasks: one template, many items. What tasks it is made of is in {@link dev.agenttask.api.batch.BatchPlan}, so that
 * the operator and the command line agree.
 */
@NullMarked
package dev.agenttask.api.batch;

import org.jspecify.annotations.NullMarked;
