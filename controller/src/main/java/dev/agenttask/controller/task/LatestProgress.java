package dev.agenttask.controller.task;

/**
 * The latest that a worker said about itself.
 *
 * @param attempt 1 for the first try
 * @param step clone, setup, agent, snapshot, verify or deliver; empty if the event named none
 * @param message a line for people
 * @param sequence of the event
 */
public record LatestProgress(int attempt, String step, String message, long sequence) {}
