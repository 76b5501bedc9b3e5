package dev.agenttask.worker.agent;

import dev.agenttask.api.Agent;
import dev.agenttask.api.Texts;
import dev.agenttask.api.Usage;
import dev.agenttask.api.event.EventData;
import dev.agenttask.worker.pod.JsonFile;
import dev.agenttask.worker.pod.UsageRecord;
import dev.agenttask.worker.report.Budget;
import dev.agenttask.worker.report.Redactor;
import dev.agenttask.worker.report.Reporter;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what the agent prints, tells what it says and does as events, and keeps what it says it used, for the reports
 * and for a worker after this one. Usage is told once per {@link #INTERVAL} at most. Words that come faster than
 * {@value #BYTES_PER_SECOND} bytes per second in the long run are dropped and counted in a {@code gap} event.
 */
public final class AgentStream {

    private static final Logger LOG = LoggerFactory.getLogger(AgentStream.class);

    static final Duration INTERVAL = Duration.ofSeconds(5);
    static final int BYTES_PER_SECOND = 16 << 10;
    static final int BURST_BYTES = 1 << 20;

    /** What an event takes besides its words. */
    private static final int EVENT_BYTES = 512;

    private static final int LAST_CHARACTERS = 300;

    private final JsonFile<UsageRecord> file;
    private final Reporter reporter;
    private final Executor later;
    private final Budget budget;
    private final Sessions sessions;
    private final Optional<AgentReader> reader;
    private UsageRecord kept;
    private Optional<Usage> told;
    private String lastWords = "";
    private boolean following;
    private boolean waiting;
    private boolean complained;
    private long dropped;

    /**
     * Goes on from what a worker before this one has left.
     *
     * @param output what the agent prints
     * @param file where what it used is kept
     * @param reporter takes the events
     * @param redactor takes secrets out of every text
     */
    public AgentStream(Agent.Output output, JsonFile<UsageRecord> file, Reporter reporter, Redactor redactor) {
        this(
                output,
                file,
                reporter,
                redactor,
                System::nanoTime,
                CompletableFuture.delayedExecutor(INTERVAL.toMillis(), TimeUnit.MILLISECONDS, Runnable::run));
    }

    /** Has {@code later} run what is to be done after {@link #INTERVAL}. */
    AgentStream(
            Agent.Output output,
            JsonFile<UsageRecord> file,
            Reporter reporter,
            Redactor redactor,
            LongSupplier nanoClock,
            Executor later) {
        this.file = file;
        this.reporter = reporter;
        this.later = later;
        this.budget = new Budget(BURST_BYTES, BYTES_PER_SECOND, nanoClock);
        this.kept = left(file);
        this.told = kept.total();
        this.sessions = new Sessions(kept);
        this.reader = AgentReader.of(output, sessions, new Words(redactor));
    }

    /** While a stream is followed. */
    public interface Followed extends AutoCloseable {

        /** The agent is gone: what it said last is told and kept. */
        @Override
        void close();
    }

    /** The agent is about to run: what is printed from now on is its own, until that is closed. */
    public synchronized Followed follow() {
        following = true;
        return this::end;
    }

    /**
     * Takes a line without its line feed. One that was cut is not read.
     *
     * @param cut whether the line was longer than what is given
     */
    public synchronized void line(byte[] bytes, int offset, int length, boolean cut) {
        if (!following || cut || reader.isEmpty()) {
            return;
        }
        try {
            var parsed = JsonLine.parse(bytes, offset, length);
            if (parsed.isPresent()) {
                reader.get().read(parsed.get()).forEach(this::tell);
                usageMayHaveChanged();
            } else if (length > 0) {
                lastWords = "";
            }
        } catch (RuntimeException e) {
            // Whatever the agent prints, the rest of it is read.
            complain("a line of the agent cannot be read", e);
        }
    }

    /** What the agent says it used so far; empty where it does not say. */
    public synchronized Optional<Usage> used() {
        return sessions.record().total();
    }

    /** The agent's last message, on one line; empty where there is none, or other output came after it. */
    public synchronized String lastWords() {
        return lastWords;
    }

    private void tell(EventData event) {
        if (event instanceof EventData.AgentMessage(var text)) {
            lastWords = Texts.cut(text.replace('\n', ' '), LAST_CHARACTERS);
        }
        if (!budget.take(bytes(event))) {
            dropped++;
            return;
        }
        tellDropped();
        reporter.report(event);
    }

    private static long bytes(EventData event) {
        return EVENT_BYTES
                + switch (event) {
                    case EventData.AgentMessage(var text) -> text.length();
                    case EventData.AgentTool(var name, var input, var _) -> name.length() + input.length();
                    default -> 0;
                };
    }

    private void tellDropped() {
        if (dropped > 0) {
            reporter.report(new EventData.Gap(dropped));
            dropped = 0;
        }
    }

    /** The first is told at once: it may be the only one. */
    private void usageMayHaveChanged() {
        if (!waiting && !sessions.record().equals(kept)) {
            keep();
            waiting = true;
            later.execute(this::keepLater);
        }
    }

    private synchronized void keepLater() {
        waiting = false;
        usageMayHaveChanged();
    }

    private synchronized void end() {
        following = false;
        tellDropped();
        keep();
    }

    private void keep() {
        var now = sessions.record();
        if (now.equals(kept)) {
            return;
        }
        kept = now;
        try {
            file.write(now);
        } catch (IOException e) {
            complain("what the agent used cannot be kept", e);
        }
        if (!now.total().equals(told)) {
            told = now.total();
            told.ifPresent(usage -> reporter.report(new EventData.UsageReported(usage)));
        }
    }

    private static UsageRecord left(JsonFile<UsageRecord> file) {
        try {
            return file.read().orElse(UsageRecord.NONE);
        } catch (IOException e) {
            LOG.warn("what the agent used before cannot be read: {}", e.getMessage());
            return UsageRecord.NONE;
        }
    }

    private void complain(String what, Exception e) {
        if (!complained) {
            complained = true;
            LOG.warn("{}: {}", what, e.toString());
        }
    }
}
