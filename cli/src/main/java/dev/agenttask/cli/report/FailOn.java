package dev.agenttask.cli.report;

import java.util.Locale;

/** Which ends of a task count as a failure of the whole. */
public enum FailOn {
    /** Every end but success: failed, cancelled, deleted. */
    FAILED,
    /** The same, and a success that no check has proved. */
    UNVERIFIED,
    /** None. */
    NEVER;

    /** Whether a task that has ended so counts as failed. */
    public boolean counts(TaskOutcome outcome) {
        return switch (this) {
            case FAILED -> outcome.kind() != TaskOutcome.Kind.SUCCEEDED;
            case UNVERIFIED -> outcome.kind() != TaskOutcome.Kind.SUCCEEDED || !outcome.verified();
            case NEVER -> false;
        };
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
