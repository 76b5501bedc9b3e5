package dev.agenttask.worker.report;

import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.worker.report.Segment.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events that wait for Kafka, in order, in files that a worker started after a crash finds again. They are there until
 * Kafka has them. When they are too many the oldest output goes, and a gap stands for it and says how many events it
 * was; what Kafka may have got already is never changed. While the disk takes nothing, a little is kept in memory.
 */
final class Spool {

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

    static final int SEGMENT_BYTES = 1 << 20;

    private static final int MEMORY_SEGMENT_BYTES = 64 << 10;
    private static final long MEMORY_BYTES = 1 << 20;

    private final Path directory;
    private final long capacity;
    private final MemoryNote note;
    private final List<Segment> segments = new ArrayList<>();
    /** Those whose output is gone already. */
    private final Set<Segment> thinned = new HashSet<>();

    private int reading;
    private long place;
    private long acknowledged = -1;
    private boolean complained;

    /** Takes up what is in {@code directory}, and keeps about {@code capacity} bytes of output. */
    Spool(Path directory, long capacity) {
        this.directory = directory;
        this.capacity = capacity;
        this.note = new MemoryNote(directory);
        try {
            FileSegment.openAll(directory).forEach(this::takeUp);
        } catch (IOException e) {
            LOG.warn("the events of the worker before this one cannot be read: {}", e.toString());
        }
    }

    /**
     * Events of a worker before this one that it had in memory alone.
     *
     * @param sequence the number of the gap that stands for them
     * @param events how many
     */
    record Lost(long sequence, long events) {}

    /** What to report as a gap before anything else is added. */
    synchronized Optional<Lost> lost() {
        var memory = note.content();
        return memory.events() == 0
                ? Optional.empty()
                : Optional.of(new Lost(Math.max(memory.last(), nextInSegments()), memory.events()));
    }

    /** The number of the event after those that are known. */
    synchronized long nextSequence() {
        return Math.max(note.content().last() + 1, nextInSegments());
    }

    /** Adds an event. That always succeeds, but output may be dropped for it. */
    synchronized void append(Entry entry) {
        if (!appendToFile(entry)) {
            if (segments.isEmpty()
                    || segments.getLast() instanceof FileSegment
                    || segments.getLast().bytes() >= MEMORY_SEGMENT_BYTES) {
                segments.add(new MemorySegment(entry.sequence()));
            }
            appendToMemory(entry);
        }
        keepWithin(capacity, FileSegment.class);
        keepWithin(MEMORY_BYTES, MemorySegment.class);
        noteMemory();
        notifyAll();
    }

    /**
     * The next event to send; empty when there is none for that long.
     *
     * @throws InterruptedException if this thread is told to end
     */
    synchronized Optional<Entry> next(Duration timeout) throws InterruptedException {
        var entry = read();
        if (entry.isEmpty()) {
            wait(timeout.toMillis());
            entry = read();
        }
        return entry;
    }

    /** Kafka has everything up to that number. */
    synchronized void acknowledge(long sequence) {
        acknowledged = Math.max(acknowledged, sequence);
        while (reading > 0 && segments.get(1).first() - 1 <= acknowledged) {
            var done = segments.removeFirst();
            thinned.remove(done);
            done.delete();
            reading--;
        }
        noteMemory();
    }

    /** Begins again with the oldest event that Kafka does not have. */
    synchronized void rewind() {
        reading = 0;
        place = 0;
    }

    /** Whether every event was given out. */
    synchronized boolean isReadToItsEnd() {
        return segments.isEmpty()
                || reading == segments.size() - 1 && place >= segments.getLast().bytes();
    }

    /** What stands for an event that is dropped. */
    static Entry gap(Entry dropped) {
        return gap(dropped.events(), dropped);
    }

    /** What stands for so many events that are dropped. */
    private static Entry gap(long events, Entry last) {
        var json =
                ProgressEvent.parse(last.json()).with(new EventData.Gap(events)).toJson();
        return new Entry(last.sequence(), events, json);
    }

    private void takeUp(Segment segment) {
        // Where the worker crashed between making one segment of two and deleting the second.
        if (!segments.isEmpty() && lastSequence(segments.getLast()) >= segment.first()) {
            segment.delete();
        } else {
            segments.add(segment);
        }
    }

    private long nextInSegments() {
        return segments.isEmpty() ? 0 : Math.max(segments.getLast().first(), lastSequence(segments.getLast()) + 1);
    }

    private void noteMemory() {
        var last = note.content().last();
        var events = 0L;
        for (var segment : segments) {
            if (segment instanceof MemorySegment memory) {
                last = Math.max(last, lastSequence(memory));
                events += memory.eventsAfter(acknowledged);
            }
        }
        note.write(new MemoryNote.Content(last, events));
    }

    private static long lastSequence(Segment segment) {
        try {
            var entries = segment.entries();
            return entries.isEmpty() ? -1 : entries.getLast().sequence();
        } catch (IOException e) {
            LOG.warn("events cannot be read: {}", e.toString());
            return -1;
        }
    }

    /** Where the disk is full, what is dropped may make room. */
    private boolean appendToFile(Entry entry) {
        return isTakenByFile(entry) || dropOldestOutput(FileSegment.class) && isTakenByFile(entry);
    }

    private boolean isTakenByFile(Entry entry) {
        try {
            if (!segments.isEmpty() && segments.getLast() instanceof FileSegment file && file.bytes() < SEGMENT_BYTES) {
                file.append(entry);
            } else {
                segments.add(FileSegment.create(directory, entry.sequence(), List.of(entry)));
            }
            return true;
        } catch (IOException e) {
            complain(e);
            return false;
        }
    }

    private void appendToMemory(Entry entry) {
        try {
            segments.getLast().append(entry);
        } catch (IOException e) {
            throw new IllegalStateException("memory is not a disk", e);
        }
    }

    private Optional<Entry> read() {
        while (reading < segments.size()) {
            var segment = segments.get(reading);
            var entry = at(segment, place);
            if (entry.isPresent()) {
                segment.send();
                place += entry.get().bytes();
                if (entry.get().sequence() > acknowledged) {
                    return entry;
                }
            } else if (reading < segments.size() - 1) {
                reading++;
                place = 0;
            } else {
                break;
            }
        }
        return Optional.empty();
    }

    private static Optional<Entry> at(Segment segment, long place) {
        try {
            return segment.read(place);
        } catch (IOException e) {
            LOG.warn("events cannot be read: {}", e.toString());
            return Optional.empty();
        }
    }

    private void keepWithin(long bound, Class<? extends Segment> kind) {
        while (bytes(kind) > bound && dropOldestOutput(kind)) {
            continue;
        }
    }

    private long bytes(Class<? extends Segment> kind) {
        return segments.stream()
                .filter(kind::isInstance)
                .mapToLong(Segment::bytes)
                .sum();
    }

    private boolean dropOldestOutput(Class<? extends Segment> kind) {
        for (var i = 0; i < segments.size() - 1; i++) {
            var segment = segments.get(i);
            if (kind.isInstance(segment) && !segment.sent() && !thinned.contains(segment)) {
                thin(i);
                return true;
            }
        }
        return false;
    }

    /** Makes a segment small, together with the one before it if that is small already. */
    private void thin(int index) {
        var from = index > 0 && isSmall(segments.get(index - 1)) ? index - 1 : index;
        var old = List.copyOf(segments.subList(from, index + 1));
        try {
            var entries = new ArrayList<Entry>();
            for (var segment : old) {
                entries.addAll(segment.entries());
            }
            var small = replace(old, withoutOutput(entries));
            segments.set(from, small);
            segments.subList(from + 1, index + 1).clear();
            old.forEach(thinned::remove);
            thinned.add(small);
        } catch (IOException e) {
            complain(e);
            thinned.add(segments.get(index));
        }
    }

    private boolean isSmall(Segment segment) {
        return thinned.contains(segment) && !segment.sent() && segment.bytes() < SEGMENT_BYTES;
    }

    private Segment replace(List<Segment> old, List<Entry> entries) throws IOException {
        var first = old.getFirst();
        try {
            var file = FileSegment.create(directory, first.first(), entries);
            if (first instanceof FileSegment replaced) {
                replaced.close();
            }
            old.stream().skip(1).forEach(Segment::delete);
            return file;
        } catch (IOException e) {
            complain(e);
            var memory = new MemorySegment(first.first());
            entries.forEach(memory::append);
            old.forEach(Segment::delete);
            return memory;
        }
    }

    private static List<Entry> withoutOutput(List<Entry> entries) {
        var kept = new ArrayList<Entry>();
        var dropped = 0L;
        for (var i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            dropped += entry.droppable();
            if (entry.droppable() == 0) {
                kept.add(entry);
            } else if (i + 1 == entries.size() || entries.get(i + 1).droppable() == 0) {
                kept.add(gap(dropped, entry));
                dropped = 0;
            }
        }
        return kept;
    }

    private void complain(IOException e) {
        if (!complained) {
            complained = true;
            LOG.warn("the disk does not take events: {}", e.toString());
        }
    }
}
