package dev.agenttask.api;

import java.time.Duration;

/** Durations as people write them in Kubernetes: hours, minutes and seconds, such as {@code 1h30m}. */
public final class Durations {

    /** Hours, minutes and seconds in that order, at least one of them. */
    public static final String PATTERN = "^([0-9]+h([0-9]+m)?([0-9]+s)?|[0-9]+m([0-9]+s)?|[0-9]+s)$";

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @throws IllegalArgumentException if {@code text} does not match {@link #PATTERN}
     */
    public static Duration parse(String text) {
        if (!text.matches(PATTERN)) {
            throw new IllegalArgumentException("'" + text + "' is not a duration such as 90s, 10m or 1h30m");
        }
        return Duration.parse("PT" + text.toUpperCase(java.util.Locale.ROOT));
    }
}
