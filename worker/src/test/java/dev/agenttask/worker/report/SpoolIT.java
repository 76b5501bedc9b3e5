package dev.agenttask.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.worker.fixture.Plans;
import dev.agenttask.worker.report.Segment.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events on a real disk, that wait, go and come again. */
class SpoolIT {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final long CAPACITY = 4 * Spool.SEGMENT_BYTES;

    @TempDir
    private Path temporary;

    private Path directory;
    private Spool spool;
    private long appended;

    @BeforeEach
    void open() {
        directory = temporary.resolve("spool");
        spool = new Spool(directory, CAPACITY);
    }

    @Test
    void events_come_out_in_the_order_in_which_they_went_in() throws Exception {
        appendLogs(1000, 10);
        assertThat(drain()).extracting(ProgressEvent::sequence).hasSize(1000).isSorted();
    }

    @Test
    void the_oldest_output_goes_first_and_a_gap_says_how_much() throws Exception {
        append(new EventData.StepStarted("agent", ""));
        appendLogs(10_000, 1000);
        append(new EventData.StepFinished("agent", "", true, 0, 1, ""));
        var events = drain();
        assertThat(events.getFirst().data()).isEqualTo(new EventData.StepStarted("agent", ""));
        var gap = (EventData.Gap) events.get(1).data();
        assertThat(gap.events()).isBetween(5_000L, 9_000L);
        assertThat(events.get(1).sequence()).isEqualTo(gap.events());
        assertThat(events.get(2).sequence()).isEqualTo(gap.events() + 1);
        assertThat(events.get(2).data()).isEqualTo(log((int) gap.events() + 1, 1000));
        assertThat(events.getLast().data()).isInstanceOf(EventData.StepFinished.class);
        assertThat(told(events)).isEqualTo(appended);
    }

    @Test
    void what_is_not_output_is_never_dropped() throws Exception {
        for (var i = 0; i < 10_000; i++) {
            append(new EventData.StepFinished("verify", "check-" + i, false, 1, 1, "x".repeat(1000)));
        }
        assertThat(drain()).hasSize(10_000).extracting(ProgressEvent::sequence).isSorted();
    }

    @Test
    void the_disk_is_given_back_when_kafka_has_the_events() throws Exception {
        appendLogs(3000, 1000);
        var last = drain().getLast().sequence();
        assertThat(size()).isGreaterThan(3_000_000);
        spool.acknowledge(last);
        assertThat(size()).isLessThan(2 * Spool.SEGMENT_BYTES);
    }

    @Test
    void a_spool_that_is_opened_again_gives_what_was_not_acknowledged_with_the_same_numbers() throws Exception {
        appendLogs(3000, 1000);
        take(2500);
        spool.acknowledge(2400);
        spool = new Spool(directory, CAPACITY);
        assertThat(spool.nextSequence()).isEqualTo(3000);
        append(new EventData.StepFinished("agent", "", true, 0, 1, ""));
        var events = drain();
        assertThat(events.getFirst().sequence()).isLessThanOrEqualTo(2401).isGreaterThan(1000);
        assertThat(events).extracting(ProgressEvent::sequence).endsWith(2998L, 2999L, 3000L);
        assertThat(events.stream().filter(e -> e.sequence() > 2400)).hasSize(600);
    }

    @Test
    void numbers_go_on_where_everything_was_acknowledged() throws Exception {
        appendLogs(2000, 1000);
        spool.acknowledge(drain().getLast().sequence());
        assertThat(new Spool(directory, CAPACITY).nextSequence()).isEqualTo(2000);
    }

    @Test
    void after_a_failure_what_was_not_acknowledged_comes_again() throws Exception {
        appendLogs(10, 10);
        drain();
        spool.acknowledge(3);
        spool.rewind();
        assertThat(drain()).extracting(ProgressEvent::sequence).containsExactly(4L, 5L, 6L, 7L, 8L, 9L);
    }

    @Test
    void what_kafka_may_have_got_is_not_changed_any_more_also_not_after_a_crash() throws Exception {
        appendLogs(3000, 1000);
        var sent = take(2000);
        spool = new Spool(directory, CAPACITY);
        appendLogs(10_000, 1000);
        assertThat(take(2000)).isEqualTo(sent);
    }

    @Test
    void an_event_that_was_half_written_when_the_worker_crashed_was_never_there() throws Exception {
        appendLogs(10, 10);
        try (var files = Files.list(directory)) {
            var segment = files.filter(file -> file.toString().endsWith(".waiting"))
                    .findFirst()
                    .orElseThrow();
            Files.write(segment, new byte[27], StandardOpenOption.APPEND);
        }
        spool = new Spool(directory, CAPACITY);
        assertThat(spool.nextSequence()).isEqualTo(10);
        append(log(10, 10));
        assertThat(drain()).hasSize(11);
    }

    @Test
    void a_crash_between_two_steps_of_dropping_output_counts_nothing_twice() throws Exception {
        appendLogs(2000, 1000);
        var copy = Files.createDirectory(temporary.resolve("copy"));
        copy(directory, copy);
        appendLogs(8_000, 1000);
        // The second of the files that became one is still there.
        try (var files = Files.list(copy)) {
            var second = files.sorted().skip(1).findFirst().orElseThrow();
            Files.copy(second, directory.resolve(second.getFileName()));
        }
        spool = new Spool(directory, CAPACITY);
        assertThat(told(drain())).isEqualTo(appended);
    }

    @Test
    void gaps_and_events_add_up_whatever_happens() throws Exception {
        var random = new Random(7);
        var last = -1L;
        var told = 0L;
        for (var i = 0; i < 30_000; i++) {
            append(random.nextInt(50) == 0 ? new EventData.StepStarted("verify", "check-" + i) : log(i, 1000));
            if (random.nextInt(10_000) == 0) {
                spool = new Spool(directory, CAPACITY);
            }
            if (random.nextInt(30) == 0) {
                var events = take(random.nextInt(30));
                for (var event : events) {
                    told += event.sequence() > last ? count(event) : 0;
                    last = Math.max(last, event.sequence());
                }
                spool.acknowledge(last);
            }
        }
        for (var event : drain()) {
            told += event.sequence() > last ? count(event) : 0;
        }
        assertThat(told).isEqualTo(appended);
    }

    @Test
    void a_disk_that_takes_nothing_costs_output_and_no_more() throws Exception {
        takeNothing();
        append(new EventData.StepStarted("agent", ""));
        appendLogs(20_000, 1000);
        append(new EventData.StepFinished("agent", "", true, 0, 1, ""));
        var events = drain();
        assertThat(events).hasSizeBetween(500, 3_000);
        assertThat(events.getFirst().data()).isInstanceOf(EventData.StepStarted.class);
        assertThat(events.getLast().data()).isInstanceOf(EventData.StepFinished.class);
        assertThat(told(events)).isEqualTo(appended);
    }

    @Test
    void a_disk_that_takes_events_again_gets_them() throws Exception {
        takeNothing();
        appendLogs(10, 10);
        freeDisk();
        appendLogs(10, 10);
        assertThat(size()).isPositive();
        assertThat(drain()).extracting(ProgressEvent::sequence).hasSize(20).isSorted();
    }

    @Test
    void numbers_of_events_that_only_memory_had_are_not_given_again_after_a_crash() throws Exception {
        appendLogs(10, 10);
        fillDisk();
        append(new EventData.StepStarted("agent", ""));
        appendLogs(29, 10);
        spool.acknowledge(14);

        spool = new Spool(directory, CAPACITY);

        assertThat(spool.nextSequence()).isEqualTo(41);
        assertThat(spool.lost()).contains(new Spool.Lost(40, 26));
    }

    @Test
    void of_events_that_kafka_has_got_from_memory_only_the_numbers_are_left() throws Exception {
        fillDisk();
        appendLogs(20, 10);
        spool.acknowledge(drain().getLast().sequence());

        spool = new Spool(directory, CAPACITY);

        assertThat(spool.nextSequence()).isEqualTo(21);
        assertThat(spool.lost()).isEmpty();
    }

    @Test
    void events_that_only_memory_had_before_the_disk_had_space_again_are_lost_with_a_crash_and_told() throws Exception {
        fillDisk();
        appendLogs(20, 10);
        freeDisk();
        appendLogs(20, 10);

        spool = new Spool(directory, CAPACITY);

        assertThat(spool.lost()).contains(new Spool.Lost(41, 21));
        assertThat(drain()).extracting(ProgressEvent::sequence).hasSize(20).startsWith(21L);
    }

    @Test
    void what_was_lost_is_told_once() throws Exception {
        fillDisk();
        appendLogs(20, 10);
        spool = new Spool(directory, CAPACITY);
        freeDisk();
        appended = spool.lost().orElseThrow().sequence();
        append(new EventData.Gap(21));

        spool = new Spool(directory, CAPACITY);

        assertThat(spool.lost()).isEmpty();
        assertThat(spool.nextSequence()).isEqualTo(21);
    }

    /** The last segment is full, and there is no room for another one. */
    private void fillDisk() throws IOException {
        append(log(0, Spool.SEGMENT_BYTES));
        takeNothing();
    }

    /** Where a segment would be made there is something in the way. */
    private void takeNothing() throws IOException {
        Files.createDirectory(directory.resolve("draft"));
    }

    private void freeDisk() throws IOException {
        Files.delete(directory.resolve("draft"));
    }

    private void appendLogs(int count, int length) {
        for (var i = 0; i < count; i++) {
            append(log((int) appended, length));
        }
    }

    private void append(EventData data) {
        var plan = Plans.of("-");
        var event = ProgressEvent.of(ProgressEvent.WORKER, plan.task(), 1, appended, NOW, data);
        spool.append(new Entry(appended, data instanceof EventData.Log ? 1 : 0, event.toJson()));
        appended++;
    }

    private List<ProgressEvent> drain() throws InterruptedException {
        return take(Integer.MAX_VALUE);
    }

    private List<ProgressEvent> take(int count) throws InterruptedException {
        var events = new ArrayList<ProgressEvent>();
        while (events.size() < count) {
            var entry = spool.next(Duration.ofMillis(1));
            if (entry.isEmpty()) {
                break;
            }
            events.add(ProgressEvent.parse(entry.get().json()));
        }
        return events;
    }

    private static long told(List<ProgressEvent> events) {
        return events.stream().mapToLong(SpoolIT::count).sum();
    }

    private static long count(ProgressEvent event) {
        return event.data() instanceof EventData.Gap(var lost) ? lost : 1;
    }

    private static EventData.Log log(int number, int length) {
        return new EventData.Log(
                "agent", ("line " + number + " ").repeat(length / 7 + 1).substring(0, length), false);
    }

    private long size() throws IOException {
        try (var files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.list(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
