/**
 * Kafka: progress of the workers in, phases and states of the tasks out. It is a hint and never awaited: without a
 * broker everything else works as before.
 */
@NullMarked
package dev.agenttask.controller.progress;

import org.jspecify.annotations.NullMarked;
