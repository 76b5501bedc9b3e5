package dev.agenttask.worker.report;

import dev.agenttask.api.event.EventData;
import java.time.Instant;

/** Takes progress events. It never blocks and never fails: losing an event must not lose the work. */
public interface Reporter {

    /** Reports that something happens now. */
    void report(EventData event);

    /** Reports that something happened before. */
    void report(EventData event, Instant at);
}
