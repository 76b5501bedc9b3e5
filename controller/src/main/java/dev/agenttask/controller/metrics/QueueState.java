package dev.agenttask.controller.metrics;

import java.time.Duration;

/** How the queue is. It is asked at each scrape. */
public interface QueueState {

    /** How many tasks hold a slot. */
    int running();

    /** How many tasks are ready and wait for a slot. */
    int waiting();

    /** How long the task that waits longest does so; zero if none waits. */
    Duration longestWait();

    /** Whether a slot is free for a task that has not come to take it. */
    boolean offering();
}
