package dev.agenttask.worker.report;

import java.util.Optional;
import java.util.TreeMap;

/** A segment for the time in which the disk takes nothing: it does not outlive the worker. */
final class MemorySegment implements Segment {

    private final long first;
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private long bytes;
    private boolean sent;

    /** An empty one. */
    MemorySegment(long first) {
        this.first = first;
    }

    @Override
    public long first() {
        return first;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void append(Entry entry) {
        entries.put(bytes, entry);
        bytes += entry.bytes();
    }

    /** How many events are in here with a number above that one, and those for which gaps stand. */
    long eventsAfter(long sequence) {
        return entries.values().stream()
                .filter(entry -> entry.sequence() > sequence)
                .mapToLong(Entry::events)
                .sum();
    }

    @Override
    public Optional<Entry> read(long place) {
        return Optional.ofNullable(entries.get(place));
    }

    @Override
    public void send() {
        sent = true;
    }

    @Override
    public boolean sent() {
        return sent;
    }

    @Override
    public void delete() {
        entries.clear();
    }
}
