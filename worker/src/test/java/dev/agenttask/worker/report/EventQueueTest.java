package dev.agenttask.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.event.EventData;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventQueueTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void the_oldest_output_goes_first_and_a_gap_says_how_much() throws Exception {
        var queue = new EventQueue(4000);
        queue.add(new EventData.StepStarted("agent", ""), NOW);
        for (var i = 0; i < 10; i++) {
            queue.add(log(i), NOW);
        }
        queue.add(new EventData.StepFinished("agent", "", true, 0, 1, ""), NOW);
        var events = drain(queue);
        assertThat(events.getFirst()).isEqualTo(new EventData.StepStarted("agent", ""));
        var dropped = ((EventData.Gap) events.get(1)).events();
        assertThat(dropped).isPositive();
        assertThat(events.get(2)).isEqualTo(log((int) dropped));
        assertThat(events.get(events.size() - 2)).isEqualTo(log(9));
        assertThat(events).hasSize((int) (3 + 10 - dropped));
    }

    @Test
    void what_is_not_output_is_never_dropped() throws Exception {
        var queue = new EventQueue(1000);
        for (var i = 0; i < 100; i++) {
            queue.add(new EventData.StepStarted("verify", "check-" + i), NOW);
        }
        assertThat(drain(queue)).hasSize(100);
    }

    private static List<EventData> drain(EventQueue queue) throws InterruptedException {
        var events = new ArrayList<EventData>();
        for (var entry = queue.poll(Duration.ofMillis(1));
                entry.isPresent();
                entry = queue.poll(Duration.ofMillis(1))) {
            events.add(entry.get().event());
        }
        return events;
    }

    private static EventData.Log log(int number) {
        return new EventData.Log("agent", String.valueOf((char) ('0' + number)).repeat(100), false);
    }
}
