package dev.agenttask.e2e.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.e2e.soak.Violation.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class TallyTest {

    @Test
    void rounds_in_which_nothing_was_found_are_clean() {
        var tally = Tally.start(42).and(30, List.of()).and(30, List.of());

        assertThat(tally.clean()).isTrue();
        assertThat(tally).hasToString("rounds: 2, tasks: 60, lost: 0, twice: 0, leftovers: 0, seed: 42");
    }

    @Test
    void one_violation_of_any_kind_is_enough_not_to_be_clean() {
        for (var kind : Kind.values()) {
            assertThat(Tally.start(1)
                            .and(1, List.of(new Violation(kind, "a", "what")))
                            .clean())
                    .isFalse();
        }
    }

    @Test
    void a_task_is_lost_once_however_much_of_it_is_and_each_thing_that_was_left_counts() {
        var found = List.of(
                new Violation(Kind.LOST, "a", "one"),
                new Violation(Kind.LOST, "a", "another"),
                new Violation(Kind.LOST, "b", "one"),
                new Violation(Kind.TWICE, "a", "one"),
                new Violation(Kind.LEFT, "", "Pod x"),
                new Violation(Kind.LEFT, "", "Pod y"));

        assertThat(Tally.start(42).and(30, found))
                .hasToString("rounds: 1, tasks: 30, lost: 2, twice: 1, leftovers: 2, seed: 42");
    }
}
