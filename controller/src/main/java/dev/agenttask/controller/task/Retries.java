package dev.agenttask.controller.task;

import dev.agenttask.api.Attempt;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Retry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a failed attempt is followed by another, and when. Infrastructure and agent have a count each: a node that was
 * lost says nothing about the agent. What failed for a wrong input or by a person's wish is never tried again.
 *
 * @param wanted what the task asks for
 * @param ledger every attempt so far, oldest first
 */
record Retries(Retry wanted, List<Attempt> ledger) {

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final Set<FailureClass> OF_AGENT = EnumSet.of(FailureClass.AGENT, FailureClass.VERIFICATION);
    private static final Set<FailureClass> OF_INFRASTRUCTURE = EnumSet.of(FailureClass.INFRASTRUCTURE);

    static Retries of(Observed observed) {
        return new Retries(observed.task().getSpec().retry(), observed.status().attempts());
    }

    /**
     * The next attempt.
     *
     * @param failed the one before
     * @param startsAt before which it does not start
     */
    record Next(Attempt failed, Instant startsAt) {

        /** What people are told while it has not started. */
        String message() {
            return "Attempt " + failed.number() + " failed (" + failed.reason() + "), and attempt "
                    + (failed.number() + 1) + " starts at " + startsAt.truncatedTo(ChronoUnit.SECONDS) + ". "
                    + failed.message();
        }
    }

    /** The attempt that follows the latest one; empty if none does, or the latest one has not failed. */
    Optional<Next> next() {
        return failed().filter(a -> permitted(a) > 0 && failures(a) <= permitted(a))
                .map(a -> new Next(a, a.finishedAt().plus(waiting(failures(a)))));
    }

    /** Why no attempt follows, for the last of several. */
    Optional<String> exhausted() {
        return failed().filter(a -> permitted(a) > 0 && failures(a) > permitted(a))
                .map(a -> "This was failure " + failures(a) + " of its class, and spec.retry." + field(a) + " permits "
                        + permitted(a) + " more attempts.");
    }

    private Optional<Attempt> failed() {
        return ledger.isEmpty()
                ? Optional.empty()
                : Optional.of(ledger.getLast())
                        .filter(a -> a.outcome() == Attempt.Outcome.FAILED && a.failureClass() != null);
    }

    private long failures(Attempt latest) {
        return ledger.stream()
                .filter(a -> a.failureClass() != null && alike(latest).contains(a.failureClass()))
                .count();
    }

    private int permitted(Attempt latest) {
        return switch (latest.failureClass()) {
            case INFRASTRUCTURE -> wanted.infrastructure();
            case AGENT, VERIFICATION -> wanted.agent();
            case TASK, CANCELLED -> 0;
        };
    }

    private static Set<FailureClass> alike(Attempt attempt) {
        return OF_AGENT.contains(attempt.failureClass()) ? OF_AGENT : OF_INFRASTRUCTURE;
    }

    private static String field(Attempt attempt) {
        return OF_AGENT.contains(attempt.failureClass()) ? "agent" : "infrastructure";
    }

    /** Doubles from failure to failure. */
    private Duration waiting(long failures) {
        var wait = wanted.backoffDuration();
        for (var i = 1; i < failures && wait.compareTo(LONGEST_WAIT) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }
}
