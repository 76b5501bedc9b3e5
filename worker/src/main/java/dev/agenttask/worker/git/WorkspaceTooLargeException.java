package dev.agenttask.worker.git;

import java.io.IOException;

/** The workspace exceeds the {@link SnapshotLimits}. The message says which. */
public final class WorkspaceTooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    WorkspaceTooLargeException(String message) {
        super(message);
    }
}
