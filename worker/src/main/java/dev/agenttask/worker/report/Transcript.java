package dev.agenttask.worker.report;

import dev.agenttask.api.event.EventData;
import java.time.Duration;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What a command prints: every line goes into the log, and to Kafka as {@code log} events. For those, lines are joined
 * for up to {@link #DELAY}, and what comes faster than {@value #BYTES_PER_SECOND} bytes per second in the long run is
 * dropped and counted in a {@code gap} event.
 */
public final class Transcript {

    private static final int LAST_CHARACTERS = 300;

    /** How long a line waits for more of them. */
    static final Duration DELAY = Duration.ofMillis(50);

    /** Of a longer line the end is left out. */
    static final int LINE_BYTES = 16 << 10;

    static final int BATCH_BYTES = 32 << 10;
    static final int BYTES_PER_SECOND = 256 << 10;
    static final int BURST_BYTES = 4 << 20;

    private final Reporter reporter;
    private final Printed log;
    private final Redactor redactor;
    private final Budget budget;
    private final Executor later;
    private final LastLines lastLines = new LastLines();
    private final StringBuilder batch = new StringBuilder();
    private String step = "";
    private int lines;
    private boolean truncated;
    /** Events that were not reported, and bytes that did not become one. */
    private long dropped;

    private long skippedBytes;
    private boolean skipping;

    /** Gives lines to {@code log} and events to {@code reporter}; {@code nanoClock} is {@link System#nanoTime}. */
    Transcript(Reporter reporter, Printed log, Redactor redactor, LongSupplier nanoClock) {
        this(
                reporter,
                log,
                redactor,
                nanoClock,
                CompletableFuture.delayedExecutor(DELAY.toMillis(), TimeUnit.MILLISECONDS, Runnable::run));
    }

    /** Has {@code later} run what is to be done after {@link #DELAY}. */
    Transcript(Reporter reporter, Printed log, Redactor redactor, LongSupplier nanoClock, Executor later) {
        this.reporter = reporter;
        this.log = log;
        this.redactor = redactor;
        this.budget = new Budget(BURST_BYTES, BYTES_PER_SECOND, nanoClock);
        this.later = later;
    }

    /** What is printed from now on belongs to that step, and to another command than before. */
    public synchronized void begin(String name) {
        end();
        lastLines.clear();
        step = name;
    }

    /**
     * Takes a line without its line feed.
     *
     * @param isCut whether the line was longer than what is given
     */
    public synchronized void line(byte[] bytes, int offset, int given, boolean isCut) {
        var length = Math.min(given, LINE_BYTES);
        var cut = isCut || length < given;
        var end = length > 0 && bytes[offset + length - 1] == '\r' ? length - 1 : length;
        lastLines.add(bytes, offset, end);
        log.line(step, bytes, offset, end, cut);
        if (skipping && !budget.has(BATCH_BYTES)) {
            skippedBytes += length + 1;
            return;
        }
        resume();
        var text = clean(bytes, offset, end);
        if (batch.length() + text.length() > BATCH_BYTES) {
            flush();
        }
        if (skipping) {
            skippedBytes += length + 1;
            return;
        }
        if (lines == 0) {
            later.execute(this::flush);
        } else {
            batch.append('\n');
        }
        batch.append(text);
        lines++;
        truncated |= cut;
    }

    /** The command is over: reports what still waits, and its last lines also if it printed too much. */
    public synchronized void end() {
        if (skipping) {
            resume();
            lastLines.forEach(
                    (bytes, length) -> batch.append(lines++ == 0 ? "" : "\n").append(clean(bytes, 0, length)));
        }
        report();
        log.flush();
    }

    /** The end of what the command printed, on one line, for a message; empty if it printed nothing. */
    public synchronized String lastOutput() {
        var joined = new StringJoiner(" | ");
        lastLines.forEach((bytes, length) -> joined.add(clean(bytes, 0, length).strip()));
        return PrintableText.end(joined.toString(), LAST_CHARACTERS);
    }

    private synchronized void flush() {
        if (lines > 0 && !budget.take(batch.length())) {
            dropped++;
            skipping = true;
            clear();
        }
        report();
        log.flush();
    }

    private void report() {
        if (lines > 0) {
            if (dropped > 0) {
                reporter.report(new EventData.Gap(dropped));
                dropped = 0;
            }
            reporter.report(new EventData.Log(step, batch.toString(), truncated));
            clear();
        }
    }

    private void clear() {
        batch.setLength(0);
        lines = 0;
        truncated = false;
    }

    private void resume() {
        dropped += (skippedBytes + BATCH_BYTES - 1) / BATCH_BYTES;
        skippedBytes = 0;
        skipping = false;
    }

    private String clean(byte[] bytes, int offset, int length) {
        return redactor.redact(PrintableText.of(bytes, offset, length));
    }
}
