package dev.agenttask.controller.task;

import java.time.Duration;
import java.util.Optional;

/** What an attempt needs from outside the task: its credentials and its prompt. */
public sealed interface Inputs {

    /** No attempt is about to start, so nobody looked. */
    record NotLookedAt() implements Inputs {}

    /** Everything is there. */
    record Ready(String prompt) implements Inputs {}

    /**
     * Something is not there, or has no room, and may come.
     *
     * @param timeout how long after the task was created it may come; empty is for ever
     */
    record Missing(String reason, String message, Optional<Duration> timeout) implements Inputs {}

    /** Something is there and cannot be used. Waiting does not help. */
    record Refused(String reason, String message) implements Inputs {}
}
