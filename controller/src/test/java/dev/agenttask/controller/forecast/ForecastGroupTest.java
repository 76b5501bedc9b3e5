package dev.agenttask.controller.forecast;

import static dev.agenttask.controller.forecast.TestResults.START;
import static dev.agenttask.controller.forecast.TestResults.delivered;
import static dev.agenttask.controller.forecast.TestResults.merging;
import static dev.agenttask.controller.forecast.TestResults.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Forecast;
import dev.agenttask.api.forecast.ForecastPlan;
import dev.agenttask.controller.task.TestTasks;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ForecastGroupTest {

    private static final Duration DELAY = Duration.ofSeconds(30);

    @Test
    void results_of_one_repository_and_base_and_credential_are_compared() {
        var other = delivered("other", 3);
        other.setSpec(TestTasks.stored().getSpec());
        var groups = ForecastGroup.of(Stream.of(delivered("two", 2), other, delivered("one", 1), running("three")));

        assertThat(groups).hasSize(2);
        var group = groups.stream().filter(ForecastGroup::needed).toList().getFirst();
        assertThat(group.key())
                .isEqualTo(new ForecastKey(
                        "team", "https://git.example.com/acme/shop.git", "refs/heads/main", "shop-git"));
        assertThat(group.plan().heads()).extracting(ForecastPlan.Head::task).containsExactly("one", "two");
        assertThat(group.underway()).isTrue();
    }

    @Test
    void a_single_result_and_results_that_are_known_need_no_pod() {
        assertThat(group(delivered("one", 1)).needed()).isFalse();
        assertThat(group(delivered("one", 1, merging("one", 9)), delivered("two", 2, merging("two", 9)))
                        .needed())
                .isFalse();
        assertThat(group(delivered("one", 1, merging("one", 9)), delivered("two", 2))
                        .needed())
                .isTrue();
    }

    @Test
    void a_result_of_which_nothing_can_be_found_out_waits_for_another_one() {
        var failed = delivered("one", 1);
        var status = failed.getStatus();
        failed.setStatus(new AgentTaskStatus(
                1L,
                status.phase(),
                List.of(
                        status.conditions().getFirst(),
                        new Condition(Condition.MERGES_CLEANLY, "Unknown", "ForecastFailed", "Away.", 1L, START)),
                status.base(),
                List.of(),
                null,
                null,
                status.result(),
                null,
                null));
        assertThat(group(failed, delivered("two", 2, merging("two", 9))).needed())
                .isFalse();
        assertThat(group(failed, delivered("two", 2)).plan().heads()).hasSize(2);
    }

    @Test
    void results_that_are_merged_or_gone_are_not_looked_at_again() {
        var merged = delivered("one", 1, TestResults.of("one", Forecast.State.MERGED, 9, List.of()));
        assertThat(group(merged, delivered("two", 2)).results()).hasSize(1);
    }

    @Test
    void the_newest_two_hundred_are_compared() {
        var tasks = IntStream.range(0, 203).mapToObj(i -> delivered("task-" + i, i));
        var group = ForecastGroup.of(tasks).getFirst();
        assertThat(group.results()).hasSize(200);
        assertThat(group.results().getFirst().task().name()).isEqualTo("task-3");
    }

    @Test
    void they_are_due_at_once_when_nothing_else_is_on_its_way_and_after_a_quiet_time_otherwise() {
        assertThat(group(delivered("one", 1), delivered("two", 20)).dueAt(DELAY))
                .isEqualTo(START.plusSeconds(1));
        assertThat(group(delivered("one", 1), delivered("two", 20), running("three"))
                        .dueAt(DELAY))
                .isEqualTo(START.plusSeconds(50));
    }

    @Test
    void results_that_never_pause_do_not_wait_for_ever() {
        var tasks = IntStream.range(0, 100).mapToObj(i -> delivered("task-" + i, 20 * i));
        var group = ForecastGroup.of(Stream.concat(tasks, Stream.of(running("last"))))
                .getFirst();
        assertThat(group.dueAt(DELAY)).isEqualTo(START.plusSeconds(300));
    }

    @Test
    void the_more_results_the_rarer_they_are_compared_while_others_are_on_their_way() {
        var tasks = IntStream.range(0, 100).mapToObj(i -> delivered("task-" + i, i, merging("task-" + i, 200)));
        var group = ForecastGroup.of(Stream.concat(tasks, Stream.of(delivered("new", 201), running("last"))))
                .getFirst();
        assertThat(group.dueAt(DELAY)).isEqualTo(START.plusSeconds(200 + 101));
    }

    @Test
    void the_name_follows_from_what_is_compared() {
        var group = group(delivered("one", 1), delivered("two", 2));
        assertThat(group.name())
                .isEqualTo(group(delivered("two", 2), delivered("one", 1)).name())
                .matches("forecast-[0-9a-f]{12}-[0-9a-f]{8}")
                .isNotEqualTo(group(delivered("one", 1), delivered("three", 2)).name());
    }

    static ForecastGroup group(AgentTask... tasks) {
        return ForecastGroup.of(Stream.of(tasks)).getFirst();
    }
}
