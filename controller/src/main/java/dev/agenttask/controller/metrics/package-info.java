/** What Prometheus is told: tasks by phase, the ends of attempts, requests to the API server, and reconciliations. */
@NullMarked
package dev.agenttask.controller.metrics;

import org.jspecify.annotations.NullMarked;
