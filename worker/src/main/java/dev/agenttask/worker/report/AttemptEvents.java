package dev.agenttask.worker.report;

import dev.agenttask.api.attempt.AttemptPlan;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;

/** All that the worker of an attempt reports, and where it goes: to Kafka by way of the spool, and into the log. */
public final class AttemptEvents implements AutoCloseable {

    private static final long SPOOL_BYTES = 64 << 20;

    private final AttemptLog log;
    private final Recorder recorder;
    private final Transcript transcript;
    private final Optional<KafkaSender> sender;

    /**
     * Takes up what a worker before this one has left.
     *
     * @param files of the log
     * @param spool directory for what waits for Kafka
     * @param connect makes the producer; empty where there is no Kafka
     * @param plan whose events these are
     * @param redactor takes secrets out of every text
     * @param clock for the times of the events
     */
    public AttemptEvents(
            LogFiles files,
            Path spool,
            Optional<Supplier<Producer<String, byte[]>>> connect,
            AttemptPlan plan,
            Redactor redactor,
            Clock clock) {
        this(files, spool, connect, plan, redactor, clock, SPOOL_BYTES);
    }

    /** Keeps that many bytes for Kafka. */
    AttemptEvents(
            LogFiles files,
            Path spoolDirectory,
            Optional<Supplier<Producer<String, byte[]>>> connect,
            AttemptPlan plan,
            Redactor redactor,
            Clock clock,
            long spoolBytes) {
        var spool = connect.map(_ -> new Spool(spoolDirectory, spoolBytes));
        this.log = new AttemptLog(files, AttemptLog.Bounds.DEFAULT, clock);
        this.recorder = new Recorder(plan, redactor, clock, log, spool);
        this.transcript = new Transcript(recorder, log, redactor, System::nanoTime);
        this.sender = spool.map(s -> new KafkaSender(connect.orElseThrow(), plan, s, redactor, clock));
    }

    /** Takes what happens. */
    public Reporter reporter() {
        return recorder;
    }

    /** Takes what commands print. */
    public Transcript transcript() {
        return transcript;
    }

    /** Writes down all that was reported, for whoever brings the log to git. */
    public void flush() {
        transcript.end();
        log.flush();
    }

    /** Sends what still waits, for two seconds at most. */
    @Override
    public void close() {
        transcript.end();
        log.close();
        sender.ifPresent(KafkaSender::close);
    }
}
