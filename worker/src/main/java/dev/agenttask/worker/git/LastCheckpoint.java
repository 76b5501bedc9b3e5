package dev.agenttask.worker.git;

import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.worker.pod.CheckpointRecord;
import dev.agenttask.worker.pod.JsonFile;
import dev.agenttask.worker.pod.Layout;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoint that was pushed last while the agent ran. What is kept of an attempt in the end goes before it. */
public final class LastCheckpoint {

    private static final Logger LOG = LoggerFactory.getLogger(LastCheckpoint.class);

    private final Layout layout;
    private final Remote remote;
    private final JsonFile<CheckpointRecord> file;

    /** The one that the vault knows of, at {@code remote}. */
    public LastCheckpoint(Layout layout, Remote remote) {
        this.layout = layout;
        this.remote = remote;
        this.file = new JsonFile<>(layout.checkpoint(), CheckpointRecord.class);
    }

    /**
     * Adds to a report, which says that the work could not be kept, where its last checkpoint is, if there is one.
     *
     * @throws IOException if the vault cannot be read
     */
    public StepReport nameIn(StepReport report) throws IOException {
        var record = file.read().filter(r -> !r.commit().isEmpty());
        return record.isEmpty()
                ? report
                : report.withWipRef(record.get().ref())
                        .withMessage(report.message() + " The last checkpoint, of "
                                + record.get().pushedAt().truncatedTo(ChronoUnit.SECONDS) + ", is at "
                                + record.get().ref() + ".");
    }

    /** Removes the ref, if there may be one: the work is delivered, or there is none. Failing to is no failure. */
    public void remove() {
        try {
            var record = file.read();
            if (record.isEmpty()) {
                return;
            }
            try (var vault = Vault.open(layout.repository())) {
                new Pusher(vault, remote).remove(record.get().ref());
            }
        } catch (RemoteException | IOException e) {
            LOG.warn("the checkpoint was not removed: {}", e.getMessage());
        }
    }
}
