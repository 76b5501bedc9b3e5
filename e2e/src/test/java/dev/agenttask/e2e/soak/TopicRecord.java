package dev.agenttask.e2e.soak;

import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What stood on Kafka, and when the broker was not there.
 *
 * @param entries in order, each once, from all readings
 * @param present those that the broker has not lost since
 * @param outages from the last reading before the broker and its data went until it was there again
 */
record TopicRecord(List<Entry> entries, List<Entry> present, List<Outage> outages) {

    static final TopicRecord EMPTY = new TopicRecord(List.of(), List.of(), List.of());

    /**
     * A record of one of the topics.
     *
     * @param uid of the task, which is the key
     * @param event empty for a tombstone
     */
    record Entry(String uid, Optional<ProgressEvent> event) {

        /** Reads a line of the console consumer: key, tabulator, value. */
        static Optional<Entry> parse(String line) {
            var tab = line.indexOf('\t');
            if (tab < 0) {
                return Optional.empty();
            }
            var value = line.substring(tab + 1);
            return Optional.of(new Entry(
                    line.substring(0, tab),
                    value.equals("null")
                            ? Optional.empty()
                            : Optional.of(ProgressEvent.parse(value.getBytes(StandardCharsets.UTF_8)))));
        }
    }

    /** A time without the broker. What was on it before is gone, but for what had been read. */
    record Outage(Instant from, Instant to) {

        boolean overlaps(Instant start, Instant end) {
            return start.isBefore(to) && end.isAfter(from);
        }
    }

    /** This record, and what a later reading found. */
    TopicRecord and(List<Entry> later) {
        var all = new LinkedHashSet<>(entries);
        all.addAll(later);
        return new TopicRecord(
                List.copyOf(all),
                Stream.concat(present.stream(), later.stream()).toList(),
                outages);
    }

    /** This record, and a time without the broker. */
    TopicRecord and(Outage outage) {
        return new TopicRecord(
                entries,
                List.of(),
                Stream.concat(outages.stream(), Stream.of(outage)).toList());
    }

    /** Events of one task from one source. */
    List<ProgressEvent> events(String uid, String source) {
        return entries.stream()
                .filter(entry -> entry.uid().equals(uid))
                .flatMap(entry -> entry.event().stream())
                .filter(event -> event.source().equals(source))
                .toList();
    }

    /** The states of a task, oldest first. */
    List<EventData.State> states(String uid) {
        return events(uid, ProgressEvent.CONTROLLER).stream()
                .map(ProgressEvent::data)
                .filter(EventData.State.class::isInstance)
                .map(EventData.State.class::cast)
                .toList();
    }

    /** Whether a consumer of the topics would still find the task: the last entry of its key is no tombstone. */
    boolean remembers(String uid) {
        var ofState = present.stream()
                .filter(entry -> entry.uid().equals(uid))
                .filter(entry -> entry.event()
                        .map(event -> event.data() instanceof EventData.State)
                        .orElse(true))
                .toList();
        return !ofState.isEmpty() && ofState.getLast().event().isPresent();
    }
}
