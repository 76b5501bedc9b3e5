package dev.agenttask.e2e.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.e2e.soak.Strike.Kind;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RoundPlanTest {

    private static final Set<Kind> ALL = EnumSet.allOf(Kind.class);

    @Test
    void a_seed_gives_the_same_plan_each_time_and_another_seed_another_one() {
        assertThat(RoundPlan.of(7, 30, ALL)).isEqualTo(RoundPlan.of(7, 30, ALL));
        assertThat(RoundPlan.of(7, 30, ALL).strikes())
                .isNotEqualTo(RoundPlan.of(8, 30, ALL).strikes());
    }

    @Test
    void every_kind_of_strike_and_of_task_comes_in_every_round_also_in_a_short_one() {
        LongStream.range(0, 50).mapToObj(seed -> RoundPlan.of(seed, 12, ALL)).forEach(plan -> {
            assertThat(plan.strikes()).extracting(Strike::kind).containsAll(ALL);
            assertThat(plan.tasks()).hasSize(12).extracting(TaskPlan::kind).contains(TaskKind.values());
        });
    }

    @Test
    void strikes_come_in_the_order_of_the_tasks_and_are_aimed_at_tasks_that_exist() {
        LongStream.range(0, 50).mapToObj(seed -> RoundPlan.of(seed, 30, ALL)).forEach(plan -> {
            assertThat(plan.strikes()).isSortedAccordingTo(Comparator.comparingInt(Strike::task));
            assertThat(plan.strikes()).extracting(Strike::task).allMatch(task -> task >= 0 && task < 30);
        });
    }

    @Test
    void the_broker_is_started_after_it_was_stopped() {
        LongStream.range(0, 50).mapToObj(seed -> RoundPlan.of(seed, 12, ALL)).forEach(plan -> assertThat(plan.strikes())
                .extracting(Strike::kind)
                .containsSubsequence(Kind.BROKER_STOPPED, Kind.BROKER_STARTED));
    }

    @Test
    void what_a_cluster_does_not_permit_is_left_out() {
        var some = EnumSet.complementOf(EnumSet.of(Kind.SHIM_KILLED, Kind.API_SERVER_RESTARTED));

        assertThat(RoundPlan.of(1, 60, some).strikes()).extracting(Strike::kind).hasSameElementsAs(some);
    }
}
