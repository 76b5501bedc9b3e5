package dev.agenttask.worker.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Some events of the spool that follow one another. Places in it are bytes from its beginning. */
interface Segment {

    /** What stands before the JSON of an entry: its number, how many events it stands for, and its length. */
    int HEADER_BYTES = 2 * Long.BYTES + Integer.BYTES;

    /**
     * One event.
     *
     * @param sequence its number
     * @param droppable how many events are lost when it is dropped: 1 for output, what it says for a gap, and 0 for
     *     what is never dropped
     * @param json as it stands on Kafka
     */
    record Entry(long sequence, long droppable, byte[] json) {

        /** How many events it is, or stands for. */
        long events() {
            return Math.max(1, droppable);
        }

        /** What it takes in a segment. */
        int bytes() {
            return HEADER_BYTES + json.length;
        }
    }

    /** The number of the first event that belongs here. */
    long first();

    /** How large it is. */
    long bytes();

    /**
     * Adds an event, or leaves everything as it was.
     *
     * @throws IOException if the disk does not take it
     */
    void append(Entry entry) throws IOException;

    /**
     * The event at a place; empty at the end.
     *
     * @throws IOException if the disk does not give it
     */
    Optional<Entry> read(long place) throws IOException;

    /** Notes that Kafka may get what is in here, so that it stays as it is, also when the worker is started again. */
    void send();

    /** Whether Kafka may have got what is in here. */
    boolean sent();

    /** Gives back what it takes. */
    void delete();

    /** Everything in here. */
    default List<Entry> entries() throws IOException {
        var entries = new ArrayList<Entry>();
        var place = 0L;
        for (var entry = read(place); entry.isPresent(); entry = read(place)) {
            entries.add(entry.get());
            place += entry.get().bytes();
        }
        return entries;
    }
}
