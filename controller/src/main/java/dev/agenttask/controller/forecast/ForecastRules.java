package dev.agenttask.controller.forecast;

import java.time.Duration;

/**
 * When results are compared.
 *
 * @param enabled whether they are at all
 * @param delay how long no result was delivered before those that there are are compared, while others are on their way
 */
public record ForecastRules(boolean enabled, Duration delay) {

    /** So many pods compare at once. */
    static final int MAX_PODS = 2;
    /** After so many tries in a row that failed nobody tries again, until there is another result. */
    static final int TRIES = 3;
    /** Before the second try; five times as long before each further one. */
    static final Duration BACKOFF = Duration.ofMinutes(1);
    /** Results that are delivered one after the other without a pause wait for so many delays at most. */
    static final int PATIENCE = 10;
    /** Per result, between two comparisons of a group of which tasks are unfinished: each may write every status anew. */
    static final Duration PACE = Duration.ofSeconds(1);
    /** A pod that has not ended by then never does: no node has room, or the image cannot be pulled. */
    static final Duration POD_LIMIT = Duration.ofMinutes(15);
    /** Statuses that cannot be written for so long do not keep a pod that has ended. */
    static final Duration TELLING_LIMIT = Duration.ofMinutes(10);
}
