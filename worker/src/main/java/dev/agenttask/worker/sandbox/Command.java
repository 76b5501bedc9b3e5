package dev.agenttask.worker.sandbox;

import java.nio.file.Path;
import java.time.Instant;
import java.util.function.UnaryOperator;

/**
 * One script to be run by a supervisor.
 *
 * @param step that it belongs to: setup, agent or verify
 * @param name of the setup step or check; empty for the agent
 * @param script its file name
 * @param directory in which it starts
 * @param deadline from the moment it started to the moment when it is stopped
 */
public record Command(String step, String name, String script, Path directory, UnaryOperator<Instant> deadline) {}
