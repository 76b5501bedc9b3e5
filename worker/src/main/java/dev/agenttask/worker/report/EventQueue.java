package dev.agenttask.worker.report;

import dev.agenttask.api.event.EventData;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedList;
import java.util.Optional;

/** Events that wait for Kafka, in order. When they are too many the oldest output goes, and a gap stands for it. */
final class EventQueue {

    /** About what an event takes beside its text, in bytes. */
    private static final int OVERHEAD = 512;

    private final long capacity;
    private final LinkedList<Entry> entries = new LinkedList<>();
    private long size;

    /** One event and when it happened. */
    record Entry(EventData event, Instant time) {

        long bytes() {
            // Two bytes for each character is what the JVM may need.
            return OVERHEAD
                    + (event instanceof EventData.Log(var step, var text, var truncated) ? 2L * text.length() : 0);
        }
    }

    /** A queue of about {@code capacity} bytes; only output is ever dropped, so other events may exceed it. */
    EventQueue(long capacity) {
        this.capacity = capacity;
    }

    synchronized void add(EventData event, Instant time) {
        append(new Entry(event, time));
        while (size > capacity && dropOldestLog()) {
            continue;
        }
        notifyAll();
    }

    /** Puts a gap at the front: what was there is lost. */
    synchronized void lost(long events, Instant time) {
        var gap = new Entry(new EventData.Gap(events), time);
        entries.addFirst(gap);
        size += gap.bytes();
        notifyAll();
    }

    /**
     * Takes the oldest event; empty when there is none for that long.
     *
     * @throws InterruptedException if this thread is told to end
     */
    synchronized Optional<Entry> poll(Duration timeout) throws InterruptedException {
        if (entries.isEmpty()) {
            wait(timeout.toMillis());
        }
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        var entry = entries.removeFirst();
        size -= entry.bytes();
        return Optional.of(entry);
    }

    synchronized boolean isEmpty() {
        return entries.isEmpty();
    }

    private void append(Entry entry) {
        entries.addLast(entry);
        size += entry.bytes();
    }

    private boolean dropOldestLog() {
        var all = entries.listIterator();
        while (all.hasNext()) {
            var at = all.nextIndex();
            var entry = all.next();
            if (entry.event() instanceof EventData.Log) {
                size -= entry.bytes();
                all.remove();
                addToGapBefore(at, entry.time());
                return true;
            }
        }
        return false;
    }

    private void addToGapBefore(int index, Instant time) {
        if (index > 0 && entries.get(index - 1).event() instanceof EventData.Gap(var events)) {
            entries.set(index - 1, new Entry(new EventData.Gap(events + 1), time));
        } else {
            var gap = new Entry(new EventData.Gap(1), time);
            entries.add(index, gap);
            size += gap.bytes();
        }
    }
}
