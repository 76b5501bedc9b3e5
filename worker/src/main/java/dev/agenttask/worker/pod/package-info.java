/**
 * What the pod gives a trusted container and takes from it: where things are, the plan, and the report at the end. It
 * knows nothing of what the steps do.
 */
@NullMarked
package dev.agenttask.worker.pod;

import org.jspecify.annotations.NullMarked;
