package dev.agenttask.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.worker.fixture.Plans;
import dev.agenttask.worker.sandbox.Supervisor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TranscriptTest {

    private final List<EventData> events = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private long printedBytes;
    private long flushedBytes;
    private final Transcript transcript = new Transcript(
            new Reporter() {
                @Override
                public void report(EventData event) {
                    events.add(event);
                }

                @Override
                public void report(EventData event, Instant at) {
                    events.add(event);
                }
            },
            new Printed() {
                @Override
                public void line(String step, byte[] bytes, int offset, int length, boolean cut) {
                    printedBytes += length + 1;
                }

                @Override
                public void flush() {
                    flushedBytes = printedBytes;
                }
            },
            Redactor.of("me", "secret!"),
            nanos::get,
            later::add);

    @Test
    void lines_are_joined_and_the_last_line_feed_is_left_out() {
        transcript.begin("agent");
        print("one", "", "two\r");
        transcript.end();
        assertThat(events).containsExactly(new EventData.Log("agent", "one\n\ntwo", false));
    }

    @Test
    void of_a_line_that_is_longer_than_a_log_needs_the_end_is_left_out() {
        transcript.begin("agent");
        print("x".repeat(100_000));
        transcript.end();
        assertThat(events).containsExactly(new EventData.Log("agent", "x".repeat(Transcript.LINE_BYTES), true));
        assertThat(printedBytes).isEqualTo(Transcript.LINE_BYTES + 1);
    }

    @Test
    void lines_wait_for_more_of_them_but_not_for_long() {
        print("one", "two");
        assertThat(events).isEmpty();
        assertThat(later).hasSize(1);
        later.getFirst().run();
        assertThat(events).containsExactly(new EventData.Log("", "one\ntwo", false));
    }

    @Test
    void blank_lines_alone_are_lines_too() {
        transcript.begin("agent");
        print("", "");
        transcript.end();
        assertThat(events).containsExactly(new EventData.Log("agent", "\n", false));
    }

    @Test
    void secrets_are_taken_out() {
        print("the password is secret!");
        transcript.end();
        assertThat(events).containsExactly(new EventData.Log("", "the password is ***", false));
    }

    @Test
    void a_line_that_was_cut_is_marked() {
        transcript.line("x".getBytes(StandardCharsets.UTF_8), 0, 1, true);
        transcript.end();
        assertThat(events).containsExactly(new EventData.Log("", "x", true));
    }

    @Test
    void what_comes_too_fast_is_dropped_and_counted_and_later_lines_are_reported_again() {
        var line = "x".repeat(1000);
        for (var i = 0; i < 20_000; i++) {
            print(line);
        }
        assertThat(reportedBytes()).isBetween(Transcript.BURST_BYTES - 40_000L, (long) Transcript.BURST_BYTES);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        print("later");
        transcript.end();
        var batches = 20_000_000 / Transcript.BATCH_BYTES;
        assertThat(events.size() - 2 + lostEvents()).isBetween(batches - 10L, batches + 10L);
        assertThat(events.getLast()).isEqualTo(new EventData.Log("", "later", false));
    }

    @Test
    void the_last_lines_of_a_command_that_printed_too_much_are_reported_all_the_same() {
        for (var i = 0; i < 6_000_000 / 10; i++) {
            print("line %05d".formatted(i % 100_000));
        }
        print("goodbye");
        transcript.end();
        assertThat(events.get(events.size() - 2)).isInstanceOf(EventData.Gap.class);
        assertThat(((EventData.Log) events.getLast()).text())
                .startsWith("line 99993\n")
                .endsWith("line 99999\ngoodbye");
    }

    @Test
    void an_event_of_output_is_at_most_256_kib_of_json_whatever_is_printed() {
        for (var unit : List.of("x", "\"", "\t", "\u001b", "\u20ac", "\ud83d\ude00")) {
            for (var i = 0; i < 8; i++) {
                print(unit.repeat(Supervisor.LINE_BYTES / unit.getBytes(StandardCharsets.UTF_8).length));
            }
        }
        transcript.end();
        assertThat(events).hasSizeGreaterThan(10).allSatisfy(data -> assertThat(
                        ProgressEvent.of(ProgressEvent.WORKER, Plans.of("-").task(), 1, 7, Instant.EPOCH, data)
                                .toJson())
                .hasSizeLessThan(256 << 10));
    }

    @Test
    void the_log_gets_every_line_also_those_that_are_too_many_for_kafka() {
        for (var i = 0; i < 6_000_000 / 10; i++) {
            print("line %04d".formatted(i % 10_000));
        }
        transcript.end();
        assertThat(reportedBytes()).isLessThan(5_000_000);
        assertThat(flushedBytes).isEqualTo(6_000_000);
    }

    @Test
    void the_last_output_is_bounded_and_on_one_line() {
        print("first", " ", "second");
        assertThat(transcript.lastOutput()).isEqualTo("first | second");
        print("x".repeat(10_000));
        assertThat(transcript.lastOutput()).hasSize(303).startsWith("...");
        transcript.begin("next");
        assertThat(transcript.lastOutput()).isEmpty();
    }

    private long reportedBytes() {
        return events.stream()
                .mapToLong(e -> e instanceof EventData.Log(var step, var text, var cut) ? text.length() : 0)
                .sum();
    }

    private long lostEvents() {
        return events.stream()
                .mapToLong(e -> e instanceof EventData.Gap(var lost) ? lost : 0)
                .sum();
    }

    private void print(String... lines) {
        for (var line : lines) {
            var bytes = line.getBytes(StandardCharsets.UTF_8);
            transcript.line(bytes, 0, bytes.length, false);
        }
    }
}
