package dev.agenttask.e2e.soak;

/**
 * Something that must not have happened.
 *
 * @param kind what was broken
 * @param task name of the task; empty where it is about none
 * @param what in a sentence
 */
record Violation(Kind kind, String task, String what) {

    /** What was broken. */
    enum Kind {
        /** A task did not end as it must, or status, git and Kafka do not agree on how it ended. */
        LOST,
        /** Something was done more than once. */
        TWICE,
        /** Something is still there after the tasks were deleted. */
        LEFT
    }

    @Override
    public String toString() {
        return kind + (task.isEmpty() ? "" : " " + task) + ": " + what;
    }
}
