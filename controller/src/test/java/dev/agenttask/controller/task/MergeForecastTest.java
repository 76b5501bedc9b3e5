package dev.agenttask.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Base;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Forecast;
import dev.agenttask.api.Forecast.Conflict;
import dev.agenttask.api.Forecast.State;
import dev.agenttask.controller.forecast.TestResults;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MergeForecastTest {

    private static final Base MAIN = new Base("refs/heads/main", "1234567890123456789012345678901234567890");
    private static final Instant NOW = TestResults.START.plusSeconds(60);

    private final TaskDecider decider = new TaskDecider(TaskRules.DEFAULT, new TaskValidator(PodPolicy.DEFAULT));
    private AgentTask task = TestResults.delivered("fix", 1);

    @Test
    void a_result_that_merges_says_with_how_many_and_its_place() {
        var decision = told(forecast(State.COMPARED, 4, 0, List.of(), ""));

        var condition = decision.status().condition(Condition.MERGES_CLEANLY).orElseThrow();
        assertThat(condition.status()).isEqualTo("True");
        assertThat(condition.reason()).isEqualTo("NoConflicts");
        assertThat(condition.message())
                .isEqualTo("It merges into main at 1234567 and with 4 other results. Suggested order: number 2 of 5.");
        assertThat(decision.events()).isEmpty();
    }

    @Test
    void a_conflict_names_task_files_and_order_and_is_told_once() {
        var forecast = forecast(
                State.COMPARED, 4, 2, List.of(conflict("other", 4, "a", "b", "c"), conflict("more", 1, "d")), "");
        var decision = told(forecast);

        var condition = decision.status().condition(Condition.MERGES_CLEANLY).orElseThrow();
        assertThat(condition.status()).isEqualTo("False");
        assertThat(condition.reason()).isEqualTo("ConflictForecast");
        assertThat(condition.message())
                .isEqualTo("Merged into main at 1234567, it conflicts with other in a, b, c and 1 more; more in d."
                        + " Suggested order: number 2 of 5. Whichever is merged second needs its conflicts resolved.");
        assertThat(decision.events())
                .containsExactly(new Decision.TaskEvent(true, "ConflictForecast", condition.message()));
        assertThat(decision.status().forecast()).isEqualTo(forecast);

        var again = told(at(forecast, NOW.plusSeconds(9)));
        assertThat(again.events()).isEmpty();
        assertThat(again.status().forecast())
                .as("nothing is written for the time alone")
                .isEqualTo(forecast);
    }

    @Test
    void a_new_partner_is_told_again_and_one_less_is_not() {
        told(forecast(State.COMPARED, 4, 1, List.of(conflict("other", 1, "a")), ""));
        var more = List.of(conflict("new", 1, "b"), conflict("other", 1, "a"));
        assertThat(told(at(forecast(State.COMPARED, 5, 2, more, ""), NOW.plusSeconds(1)))
                        .events())
                .hasSize(1);
        var less = at(forecast(State.COMPARED, 5, 1, List.of(conflict("new", 1, "b")), ""), NOW.plusSeconds(2));
        assertThat(told(less).events()).isEmpty();
        assertThat(task.getStatus().forecast()).isEqualTo(less);
    }

    @Test
    void an_older_forecast_than_the_recorded_one_changes_nothing() {
        var recorded = at(forecast(State.COMPARED, 5, 0, List.of(), ""), NOW.plusSeconds(5));
        told(recorded);
        told(forecast(State.COMPARED, 4, 1, List.of(conflict("other", 1, "a")), ""));
        assertThat(task.getStatus().forecast()).isEqualTo(recorded);
    }

    @Test
    void a_status_that_loses_its_fields_under_an_older_crd_does_not_make_an_event_again_and_again() {
        var forecast = forecast(State.COMPARED, 4, 1, List.of(conflict("other", 1, "a")), "");
        assertThat(told(forecast).events()).hasSize(1);
        var s = task.getStatus();
        task = TestTasks.with(
                task,
                new AgentTaskStatus(
                        1L, s.phase(), s.conditions(), s.base(), s.attempts(), null, null, s.result(), null, null));
        assertThat(told(forecast).events()).isEmpty();
    }

    @Test
    void one_that_does_not_fit_its_base_any_more_says_what_to_do() {
        var base = new Conflict("", "refs/heads/main", List.of("a"), 1);
        var decision = told(forecast(State.COMPARED, 0, 1, List.of(base), ""));
        assertThat(decision.status()
                        .condition(Condition.MERGES_CLEANLY)
                        .orElseThrow()
                        .message())
                .isEqualTo("It does not merge into main at 1234567, which has changed since: a. Bring the branch up to"
                        + " date; it was not compared with other results.");
        assertThat(decision.events()).hasSize(1);
    }

    @Test
    void what_was_not_compared_says_why() {
        assertThat(reason(State.MERGED)).isEqualTo("True AlreadyMerged It is so.");
        assertThat(reason(State.GONE)).isEqualTo("Unknown BranchGone It is so.");
        assertThat(reason(State.MOVED)).isEqualTo("Unknown BranchMoved It is so.");
        assertThat(reason(State.INCOMPARABLE)).isEqualTo("Unknown NotComparable It is so.");
    }

    @Test
    void that_nothing_is_found_out_is_said_and_the_task_stays_succeeded() {
        var before = task.getStatus();
        var status = decide(new ForecastNews.GivenUp(
                        TestResults.delivered("fix", 1).getStatus().result().commit(), "Away."))
                .status();
        var condition = status.condition(Condition.MERGES_CLEANLY).orElseThrow();
        assertThat(condition.status() + condition.reason() + condition.message())
                .isEqualTo("UnknownForecastFailedAway.");
        assertThat(status.phase()).isEqualTo(before.phase());
        assertThat(status.result()).isEqualTo(before.result());
    }

    @Test
    void news_of_another_commit_and_of_a_task_that_is_not_over_changes_nothing() {
        assertThat(decide(new ForecastNews.GivenUp("0".repeat(40), "Away.")).status())
                .isEqualTo(TestResults.delivered("fix", 1).getStatus());
        task = TestTasks.stored("suspend: true");
        decide(new ForecastNews.GivenUp("0".repeat(40), "Away."));
        assertThat(task.getStatus().condition(Condition.MERGES_CLEANLY)).isEmpty();
    }

    @Test
    void a_task_is_deleted_in_its_time_whatever_is_found_out() {
        var kept = TestTasks.stored("ttlSecondsAfterFinished: 60");
        kept.getMetadata().setName("fix");
        kept.setStatus(task.getStatus());
        task = kept;
        told(forecast(State.COMPARED, 4, 0, List.of(), ""));
        var decision = decider.decide(Observed.of(task, List.of()), TestResults.START.plus(Duration.ofSeconds(62)));
        assertThat(decision.actions()).containsExactly(new Action.DeleteTask());
    }

    private String reason(State state) {
        task = TestResults.delivered("fix", 1);
        var condition = told(forecast(state, 0, 0, List.of(), "It is so."))
                .status()
                .condition(Condition.MERGES_CLEANLY)
                .orElseThrow();
        return condition.status() + " " + condition.reason() + " " + condition.message();
    }

    private Decision told(Forecast forecast) {
        return decide(new ForecastNews.Told(forecast));
    }

    private Decision decide(ForecastNews news) {
        var decision = decider.decide(Observed.of(task, List.of()).withForecast(Optional.of(news)), NOW);
        task = TestTasks.with(task, decision.status());
        return decision;
    }

    private static Conflict conflict(String task, int pathCount, String... paths) {
        return new Conflict(task, "agenttask/" + task, List.of(paths), pathCount);
    }

    private static Forecast forecast(State state, int with, int count, List<Conflict> conflicts, String note) {
        var commit = TestResults.delivered("fix", 1).getStatus().result().commit();
        return new Forecast(state, commit, MAIN, with, 2, 5, count, conflicts, note, NOW);
    }

    private static Forecast at(Forecast f, Instant time) {
        return new Forecast(
                f.state(),
                f.commit(),
                f.base(),
                f.comparedWith(),
                f.position(),
                f.of(),
                f.conflictCount(),
                f.conflicts(),
                f.note(),
                time);
    }
}
