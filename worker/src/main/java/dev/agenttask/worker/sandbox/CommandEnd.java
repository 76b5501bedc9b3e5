package dev.agenttask.worker.sandbox;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * How a command ended.
 *
 * @param how it came about
 * @param exitCode meaningful if it {@link How#EXITED}
 * @param millis how long it took
 */
public record CommandEnd(How how, int exitCode, long millis) {

    /** How a command can end. */
    public enum How {
        /** By itself. */
        EXITED,
        /** Stopped, since it took too long. */
        TIMED_OUT,
        /** Stopped, since it showed no sign of life for too long. */
        STALLED,
        /** Stopped, since the workspace became too large. */
        TOO_LARGE,
        /** Stopped, since the pod ends. */
        TERMINATED,
        /** Stopped, since a process in the container sent SIGTERM to the supervisor. */
        SELF_TERMINATED,
        /** The supervisor did not answer. */
        LOST
    }

    /** Whether it exited with code 0. */
    @JsonIgnore
    public boolean succeeded() {
        return how == How.EXITED && exitCode == 0;
    }

    /** How it ended, as the second half of a sentence. */
    public String describe() {
        return switch (how) {
            case EXITED -> "exited with code " + exitCode;
            case TIMED_OUT -> "was stopped after " + millis / 1000 + " s";
            case STALLED -> "was stopped because it showed no sign of life";
            case TOO_LARGE -> "was stopped because the workspace became too large";
            case TERMINATED -> "was stopped because the pod ended";
            case SELF_TERMINATED -> "ended its container with SIGTERM to process 1";
            case LOST -> "could not be stopped";
        };
    }
}
