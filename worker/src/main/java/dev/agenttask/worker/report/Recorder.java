package dev.agenttask.worker.report;

import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.worker.report.Segment.Entry;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Numbers the events of an attempt, without secrets, for Kafka where there is one, and for the log in git. */
final class Recorder implements Reporter {

    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);

    private final AttemptPlan plan;
    private final Redactor redactor;
    private final Clock clock;
    private final AttemptLog log;
    private final Optional<Spool> spool;
    private long sequence;

    /** Goes on with the numbers where {@code spool} ends; without one where the log does, and output is no event. */
    Recorder(AttemptPlan plan, Redactor redactor, Clock clock, AttemptLog log, Optional<Spool> spool) {
        this.plan = plan;
        this.redactor = redactor;
        this.clock = clock;
        this.log = log;
        this.spool = spool;
        this.sequence = spool.map(Spool::nextSequence).orElseGet(log::eventCount);
        spool.flatMap(Spool::lost).ifPresent(this::tell);
    }

    @Override
    public void report(EventData event) {
        report(event, clock.instant());
    }

    @Override
    public synchronized void report(EventData event, Instant at) {
        var lost = eventsLostWith(event);
        if (lost > 0 && spool.isEmpty()) {
            return;
        }
        var numbered = ProgressEvent.of(ProgressEvent.WORKER, plan.task(), plan.attempt(), sequence, at, clean(event));
        try {
            var json = numbered.toJson();
            sequence++;
            if (lost == 0) {
                log.event(numbered, json);
            }
            spool.ifPresent(s -> s.append(new Entry(numbered.sequence(), lost, json)));
        } catch (RuntimeException e) {
            // The work goes on without it.
            LOG.error("an event of type {} cannot be kept", event.type(), e);
        }
    }

    /** The gap has the number of the last event that it stands for, as everywhere. */
    private void tell(Spool.Lost lost) {
        sequence = lost.sequence();
        report(new EventData.Gap(lost.events()));
    }

    /** What commands print, and what is read out of that, can be lost; the log has it as it was printed. */
    private static long eventsLostWith(EventData event) {
        return switch (event) {
            case EventData.Log _, EventData.AgentMessage _, EventData.AgentTool _, EventData.UsageReported _ -> 1;
            case EventData.Gap(var events) -> events;
            default -> 0;
        };
    }

    private EventData clean(EventData event) {
        return switch (event) {
            case EventData.StepFinished e ->
                new EventData.StepFinished(
                        e.step(), e.name(), e.ok(), e.exitCode(), e.durationMillis(), redactor.redact(e.message()));
            case EventData.Finished e ->
                new EventData.Finished(
                        e.outcome(),
                        e.failureClass(),
                        e.reason(),
                        redactor.redact(e.message()),
                        e.branch(),
                        e.commit(),
                        e.wipRef());
            case EventData.Log e -> new EventData.Log(e.step(), redactor.redact(e.text()), e.truncated());
            case EventData.AgentMessage e -> new EventData.AgentMessage(redactor.redact(e.text()));
            case EventData.AgentTool e ->
                new EventData.AgentTool(redactor.redact(e.name()), redactor.redact(e.input()), e.ok());
            default -> event;
        };
    }
}
