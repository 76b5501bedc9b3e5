package dev.agenttask.worker.pod;

import dev.agenttask.api.Absent;
import dev.agenttask.api.Base;
import java.time.Instant;

/**
 * What the clone leaves in the vault for the worker and the delivery.
 *
 * @param startedAt when the clone began, which is when the attempt's deadline begins to run
 * @param finishedAt when it was done
 * @param base what the work starts from
 * @param note what else to know about it; may be empty
 */
public record CloneRecord(Instant startedAt, Instant finishedAt, Base base, String note) {

    public CloneRecord {
        note = Absent.toEmpty(note);
    }
}
