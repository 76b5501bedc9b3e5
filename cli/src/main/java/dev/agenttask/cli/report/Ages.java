package dev.agenttask.cli.report;

import java.time.Duration;

/** Durations as kubectl prints them. */
final class Ages {

    private static final int LONG_MINUTES = 10;

    private Ages() {}

    /** Such as 42s, 3m7s, 12m, 5h20m, 3d. */
    static String of(Duration duration) {
        var seconds = Math.max(0, duration.toSeconds());
        var minutes = seconds / 60;
        var hours = minutes / 60;
        if (minutes < 2) {
            return seconds + "s";
        }
        if (minutes < LONG_MINUTES) {
            return minutes + "m" + rest(seconds % 60, "s");
        }
        if (hours < 2) {
            return minutes + "m";
        }
        return hours < 48 ? hours + "h" + rest(minutes % 60, "m") : hours / 24 + "d";
    }

    private static String rest(long value, String unit) {
        return value == 0 ? "" : value + unit;
    }
}
