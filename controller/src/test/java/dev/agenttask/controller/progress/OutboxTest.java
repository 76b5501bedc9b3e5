package dev.agenttask.controller.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private final Outbox outbox = new Outbox();

    @Test
    void events_and_states_leave_in_order_and_of_a_state_only_the_latest() {
        outbox.state("a", value("old"));
        outbox.event("a", bytes("event"));
        outbox.state("a", value("new"));
        outbox.close();
        assertThat(drain()).containsExactly("state new", "event event");
    }

    @Test
    void a_deletion_replaces_a_state_that_was_not_sent() {
        outbox.state("a", value("old"));
        outbox.state("a", Optional.empty());
        outbox.close();
        assertThat(drain()).containsExactly("state deleted");
    }

    @Test
    void when_too_many_events_wait_the_oldest_go_and_the_states_stay() {
        outbox.state("a", value("kept"));
        for (int i = 0; i <= Outbox.MAX_EVENTS; i++) {
            outbox.event("a", bytes(Integer.toString(i)));
        }
        assertThat(outbox.size()).isEqualTo(Outbox.MAX_EVENTS + 1);
        assertThat(outbox.dropped()).isEqualTo(1);
        outbox.close();
        var all = drain();
        assertThat(all).hasSize(Outbox.MAX_EVENTS + 1).startsWith("state kept", "event 1");
    }

    @Test
    void sequences_rise_also_when_the_clock_does_not_and_after_a_restart() {
        var time = Instant.parse("2026-01-01T10:00:00Z");
        var before = new Sequences();
        var first = before.next("a", time);
        assertThat(before.next("a", time)).isGreaterThan(first);
        assertThat(before.next("a", time.minusSeconds(5))).isGreaterThan(first + 1);
        assertThat(new Sequences().next("a", time.plusSeconds(10))).isGreaterThan(first + 2);
    }

    private List<String> drain() {
        var all = new ArrayList<String>();
        for (var item = outbox.take(); item.isPresent(); item = outbox.take()) {
            var text = item.get()
                    .value()
                    .map(v -> new String(v, StandardCharsets.UTF_8))
                    .orElse("deleted");
            all.add((item.get().state() ? "state " : "event ") + text);
        }
        return all;
    }

    private static Optional<byte[]> value(String text) {
        return Optional.of(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
