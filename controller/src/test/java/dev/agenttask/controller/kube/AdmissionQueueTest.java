package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.controller.task.Admission;
import dev.agenttask.controller.task.QueueOrder.Slots;
import dev.agenttask.controller.task.QueueOrder.Ticket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionQueueTest {

    private final List<String> woken = Collections.synchronizedList(new ArrayList<>());
    private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());
    private volatile Instant now = Instant.EPOCH;

    @Test
    void no_more_than_the_slots_get_in_however_many_ask_at_once() throws Exception {
        var queue = queue(new Slots(5, 0));
        try (var threads = Executors.newFixedThreadPool(8)) {
            var asks = IntStream.range(0, 40)
                    .<Callable<Admission>>mapToObj(i -> () -> queue.ask(ticket("t" + i, 0)))
                    .toList();
            threads.invokeAll(asks);
        }
        assertThat(queue.running()).isEqualTo(5);
        assertThat(queue.waiting()).isEqualTo(35);
    }

    @Test
    void a_freed_slot_wakes_whoever_is_next() {
        var queue = queue(new Slots(1, 0));
        queue.ask(ticket("first", 0));
        queue.ask(ticket("second", 0));
        queue.ask(ticket("urgent", 9));
        assertThat(woken).isEmpty();
        queue.leave("first");
        assertThat(woken).containsExactly("urgent");
        assertThat(queue.ask(ticket("second", 0))).isInstanceOf(Admission.Waiting.class);
        assertThat(queue.ask(ticket("urgent", 9))).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void several_free_slots_are_filled_one_after_the_other() {
        var queue = queue(new Slots(2, 0));
        queue.enter("a", "team");
        queue.enter("b", "team");
        queue.ask(ticket("c", 0));
        queue.ask(ticket("d", 0));
        queue.leave("a");
        queue.leave("b");
        assertThat(woken).startsWith("c");
        queue.ask(ticket("c", 0));
        assertThat(woken).endsWith("d");
    }

    @Test
    void who_holds_a_slot_keeps_it() {
        var queue = queue(new Slots(1, 0));
        assertThat(queue.ask(ticket("a", 0))).isInstanceOf(Admission.Admitted.class);
        queue.ask(ticket("urgent", 9));
        assertThat(queue.ask(ticket("a", 0))).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void a_task_that_no_longer_wants_to_start_does_not_hold_up_the_others() {
        var queue = queue(new Slots(1, 0));
        queue.ask(ticket("a", 0));
        queue.ask(ticket("urgent", 9));
        queue.ask(ticket("b", 0));
        queue.leave("urgent");
        queue.leave("a");
        assertThat(queue.ask(ticket("b", 0))).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void what_ran_and_waited_before_the_controller_started_counts() {
        var queue = queue(new Slots(1, 0), q -> {
            q.enter("running", "team");
            q.remember(ticket("waiting", 5));
        });
        assertThat(queue.ask(ticket("new", 0))).isInstanceOf(Admission.Waiting.class);
        queue.leave("running");
        assertThat(queue.ask(ticket("new", 0))).isInstanceOf(Admission.Waiting.class);
        assertThat(woken).contains("waiting");
    }

    @Test
    void a_task_that_vanishes_without_a_word_gives_its_slot_and_its_place_back() {
        var queue = queue(new Slots(1, 0));
        queue.ask(ticket("vanished", 0));
        queue.ask(ticket("urgent and vanished", 9));
        queue.ask(ticket("b", 0));
        queue.dropVanished(() -> Set.of("b"));
        assertThat(woken).endsWith("b");
        assertThat(queue.ask(ticket("b", 0))).isInstanceOf(Admission.Admitted.class);
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void a_task_that_joins_while_the_tasks_are_counted_is_not_dropped() {
        var queue = queue(new Slots(1, 0));
        queue.dropVanished(() -> {
            queue.ask(ticket("new", 0));
            return Set.of();
        });
        assertThat(queue.running()).isEqualTo(1);
    }

    @Test
    void a_task_that_cannot_be_looked_at_lets_others_go_first_and_keeps_a_slot_that_it_has() {
        var queue = queue(new Slots(1, 0));
        queue.ask(ticket("a", 0));
        queue.ask(ticket("urgent", 9));
        queue.ask(ticket("b", 0));
        queue.leave("a");
        queue.stepAside("urgent");
        assertThat(woken).containsExactly("urgent", "b");
        assertThat(queue.ask(ticket("b", 0))).isInstanceOf(Admission.Admitted.class);
        queue.stepAside("b");
        assertThat(queue.running()).isEqualTo(1);
    }

    @Test
    void a_wait_is_from_the_first_question_to_the_slot() {
        var queue = queue(new Slots(1, 0));
        queue.ask(ticket("a", 0));
        queue.ask(ticket("b", 0));
        now = now.plusSeconds(40);
        queue.ask(ticket("b", 0));
        assertThat(queue.longestWait()).isEqualTo(Duration.ofSeconds(40));
        assertThat(queue.offering()).isFalse();

        queue.leave("a");
        assertThat(queue.offering()).isTrue();

        now = now.plusSeconds(2);
        queue.ask(ticket("b", 0));
        assertThat(waits).containsExactly(Duration.ZERO, Duration.ofSeconds(42));
        assertThat(queue.longestWait()).isZero();
        assertThat(queue.offering()).isFalse();
    }

    private AdmissionQueue queue(Slots slots) {
        return queue(slots, q -> {});
    }

    private AdmissionQueue queue(Slots slots, Consumer<AdmissionQueue> seed) {
        return new AdmissionQueue(slots, t -> woken.add(t.uid()), seed, waits::add, () -> now);
    }

    private static Ticket ticket(String name, int priority) {
        return new Ticket(name, "team", name, priority, Instant.EPOCH);
    }
}
