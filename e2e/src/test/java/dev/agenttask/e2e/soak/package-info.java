/**
 * The chaos run: rounds of tasks during which parts of the cluster and of the operator are killed, and the question
 * afterwards whether anything was lost, done twice or left behind. {@code docs/reliability.md} tells people about it.
 */
@NullMarked
package dev.agenttask.e2e.soak;

import org.jspecify.annotations.NullMarked;
