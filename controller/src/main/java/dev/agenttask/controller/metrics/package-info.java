/**
 * What Prometheus is told: how tasks, batches and attempts fare, and how well the operator itself does. Every label has a
 * bound; docs/monitoring.md lists all of it.
 */
@NullMarked
package dev.agenttask.controller.metrics;

import org.jspecify.annotations.NullMarked;
