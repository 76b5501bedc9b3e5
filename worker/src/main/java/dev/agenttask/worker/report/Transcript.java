package dev.agenttask.worker.report;

import dev.agenttask.api.event.EventData;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What a command prints, as {@code log} events: lines are joined for up to {@link #DELAY}, and what comes faster than
 * {@value #BYTES_PER_SECOND} bytes per second in the long run is dropped and counted in a {@code gap} event.
 */
public final class Transcript implements AutoCloseable {

    /** How long a line waits for more of them. */
    static final Duration DELAY = Duration.ofMillis(50);

    static final int BATCH_BYTES = 32 << 10;
    static final int BYTES_PER_SECOND = 256 << 10;
    static final int BURST_BYTES = 4 << 20;

    private static final int LAST_LINES = 8;
    private static final int LAST_CHARACTERS = 300;

    private final Reporter reporter;
    private final Redactor redactor;
    private final Budget budget;
    private final ScheduledExecutorService timer;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final StringBuilder batch = new StringBuilder();
    private String step = "";
    private int lines;
    private boolean truncated;
    private long dropped;

    /** Reports to {@code reporter}; {@code nanoClock} is such as {@link System#nanoTime}. */
    public Transcript(Reporter reporter, Redactor redactor, LongSupplier nanoClock) {
        this.reporter = reporter;
        this.redactor = redactor;
        this.budget = new Budget(BURST_BYTES, BYTES_PER_SECOND, nanoClock);
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("transcript").daemon().factory());
    }

    /** What is printed from now on belongs to that step, and to another command than before. */
    public synchronized void begin(String name) {
        flush();
        lastLines.clear();
        step = name;
    }

    /**
     * Takes a line without its line feed.
     *
     * @param cut whether the line was longer than what is given
     */
    public synchronized void line(byte[] bytes, int offset, int length, boolean cut) {
        var text = redactor.redact(PrintableText.of(bytes, offset, withoutReturn(bytes, offset, length)));
        remember(text);
        if (batch.length() + text.length() > BATCH_BYTES) {
            flush();
        }
        if (lines == 0) {
            timer.schedule(this::flush, DELAY.toMillis(), TimeUnit.MILLISECONDS);
        } else {
            batch.append('\n');
        }
        batch.append(text);
        lines++;
        truncated |= cut;
    }

    /** Reports at once what still waits. */
    public synchronized void flush() {
        if (lines == 0) {
            return;
        }
        if (budget.take(batch.length())) {
            if (dropped > 0) {
                reporter.report(new EventData.Gap(dropped));
                dropped = 0;
            }
            reporter.report(new EventData.Log(step, batch.toString(), truncated));
        } else {
            dropped++;
        }
        batch.setLength(0);
        lines = 0;
        truncated = false;
    }

    /** The end of what the command printed, on one line, for a message; empty if it printed nothing. */
    public synchronized String lastOutput() {
        var joined = String.join(" | ", lastLines);
        return joined.length() > LAST_CHARACTERS ? "..." + joined.substring(joined.length() - LAST_CHARACTERS) : joined;
    }

    @Override
    public void close() {
        flush();
        timer.shutdownNow();
    }

    private void remember(String text) {
        if (text.isBlank()) {
            return;
        }
        if (lastLines.size() == LAST_LINES) {
            lastLines.removeFirst();
        }
        lastLines.addLast(
                text.strip().substring(0, Math.min(LAST_CHARACTERS, text.strip().length())));
    }

    private static int withoutReturn(byte[] bytes, int offset, int length) {
        return length > 0 && bytes[offset + length - 1] == '\r' ? length - 1 : length;
    }
}
