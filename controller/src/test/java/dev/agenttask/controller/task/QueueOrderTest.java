package dev.agenttask.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.controller.task.QueueOrder.Slots;
import dev.agenttask.controller.task.QueueOrder.Ticket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueueOrderTest {

    private static final Ticket OLD = ticket("a", "old", 0, 0);
    private static final Ticket NEW = ticket("a", "new", 0, 60);
    private static final Ticket URGENT = ticket("a", "urgent", 5, 120);
    private static final Ticket ELSEWHERE = ticket("b", "elsewhere", 0, 120);

    @Test
    void priority_goes_before_everything_else() {
        assertThat(next(Map.of("a", 3), new Slots(10, 0), OLD, URGENT, ELSEWHERE))
                .isEqualTo("urgent");
    }

    @Test
    void then_the_namespace_in_which_fewest_run() {
        assertThat(next(Map.of("a", 3, "b", 2), new Slots(10, 0), OLD, NEW, ELSEWHERE))
                .isEqualTo("elsewhere");
    }

    @Test
    void then_the_oldest() {
        assertThat(next(Map.of("a", 1, "b", 1), new Slots(10, 0), NEW, OLD, ELSEWHERE))
                .isEqualTo("old");
    }

    @Test
    void nobody_goes_while_every_slot_is_taken() {
        assertThat(next(Map.of("a", 1, "b", 1), new Slots(2, 0), OLD, URGENT)).isEqualTo("nobody");
    }

    @Test
    void a_full_namespace_does_not_hold_up_the_others() {
        assertThat(next(Map.of("a", 2), new Slots(10, 2), URGENT, OLD, ELSEWHERE))
                .isEqualTo("elsewhere");
    }

    private static String next(Map<String, Integer> running, Slots slots, Ticket... waiting) {
        return QueueOrder.next(List.of(waiting), running, slots)
                .map(Ticket::name)
                .orElse("nobody");
    }

    private static Ticket ticket(String namespace, String name, int priority, int seconds) {
        return new Ticket(name, namespace, name, priority, TestTasks.CREATED.plusSeconds(seconds));
    }
}
