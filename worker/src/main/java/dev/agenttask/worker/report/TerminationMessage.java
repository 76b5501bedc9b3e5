package dev.agenttask.worker.report;

import dev.agenttask.api.attempt.StepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last words of a container, which the controller reads from the pod's status. */
public final class TerminationMessage {

    private static final Logger LOG = LoggerFactory.getLogger(TerminationMessage.class);

    private final Path file;
    private final Redactor redactor;

    /** Writes to {@code file}, without the secrets that {@code redactor} knows. */
    public TerminationMessage(Path file, Redactor redactor) {
        this.file = file;
        this.redactor = redactor;
    }

    /** Writes the report, of which {@link StepReport#MAX_BYTES} bytes are kept, and logs it. */
    public void write(StepReport report) {
        var clean = report.withMessage(redactor.redact(report.message()));
        if (clean.ok()) {
            LOG.info("done");
        } else {
            LOG.warn("{}: {}", clean.reason(), clean.message());
        }
        try {
            Files.writeString(file, clean.toTerminationMessage());
        } catch (IOException e) {
            // There is no other place to tell it; the container's log has the report.
            LOG.error("the termination message could not be written", e);
        }
    }
}
