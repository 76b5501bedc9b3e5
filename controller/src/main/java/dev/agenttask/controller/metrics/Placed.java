package dev.agenttask.controller.metrics;

/**
 * Where a task or a batch is.
 *
 * @param namespace that it is in
 * @param phase that it is in
 */
public record Placed(String namespace, Enum<?> phase) {}
