/**
 * The trusted program of a task's pod. What it does is chosen by its argument and told in {@code worker/README.md}.
 */
@NullMarked
package dev.agenttask.worker;

import org.jspecify.annotations.NullMarked;
