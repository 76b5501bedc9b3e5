package dev.agenttask.worker.pod;

import dev.agenttask.api.FailureClass;
import dev.agenttask.api.attempt.StepReport;

/** A step could not do what it was for, and says why in words that reach the person who wrote the task. */
public final class StepFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient StepReport report;

    /** A failure with a class, a CamelCase reason and a sentence without secrets. */
    public StepFailure(FailureClass failureClass, String reason, String message) {
        this(StepReport.failure(failureClass, reason, message));
    }

    /** A failure that is told by a report. */
    public StepFailure(StepReport report) {
        super(report.reason() + ": " + report.message());
        this.report = report;
    }

    /** What to tell. */
    public StepReport report() {
        return report;
    }
}
