package dev.agenttask.controller.forecast;

import static dev.agenttask.controller.forecast.ForecastGroupTest.group;
import static dev.agenttask.controller.forecast.TestResults.MAIN;
import static dev.agenttask.controller.forecast.TestResults.START;
import static dev.agenttask.controller.forecast.TestResults.commit;
import static dev.agenttask.controller.forecast.TestResults.delivered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Forecast.Conflict;
import dev.agenttask.api.Forecast.State;
import dev.agenttask.api.forecast.ForecastAnswer;
import dev.agenttask.api.forecast.ForecastAnswer.Head;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ForecastReadingTest {

    @Test
    void both_tasks_are_told_of_a_conflict_and_of_their_place() {
        var answer = answer(
                List.of(
                        head("one", State.COMPARED, 3, 1),
                        head("two", State.COMPARED, 2, 1),
                        head("three", State.COMPARED, 1, 0)),
                List.of(new ForecastAnswer.Conflict(0, 1, 7, List.of("a", "b"))));
        var group = group(delivered("one", 1), delivered("two", 2), delivered("three", 3));

        var said = ForecastReading.of(answer, group, START);

        assertThat(said.get("one-uid").conflicts())
                .containsExactly(new Conflict("two", "agenttask/two", List.of("a", "b"), 7));
        assertThat(said.get("two-uid").conflicts())
                .containsExactly(new Conflict("one", "agenttask/one", List.of("a", "b"), 7));
        assertThat(said.get("three-uid").conflictCount()).isZero();
        assertThat(said.get("one-uid").position()).isEqualTo(3);
        assertThat(said.values())
                .allMatch(f -> f.of() == 3 && f.comparedWith() == 2 && f.base().equals(MAIN));
    }

    @Test
    void one_that_does_not_fit_the_base_counts_among_nobodys_others() {
        var answer = answer(
                List.of(
                        head("one", State.COMPARED, 2, 1),
                        head("two", State.COMPARED, 1, 0),
                        head("gone", State.GONE, 0, 0)),
                List.of(new ForecastAnswer.Conflict(0, null, 1, List.of("a"))));

        var said = ForecastReading.of(answer, group(delivered("one", 1), delivered("two", 2)), START);

        assertThat(said.get("one-uid").conflicts())
                .containsExactly(new Conflict("", "refs/heads/main", List.of("a"), 1));
        assertThat(said.values()).allMatch(f -> f.comparedWith() == 0 && f.of() == 2);
        assertThat(said).hasSize(2);
    }

    @Test
    void a_task_with_another_commit_is_told_nothing() {
        var answer = answer(List.of(new Head("one", "b", "0".repeat(40), State.COMPARED, "", 1, 0)), List.of());
        assertThat(ForecastReading.of(answer, group(delivered("one", 1)), START))
                .isEmpty();
    }

    @Test
    void no_more_is_told_than_a_status_has_room_for() {
        var heads = IntStream.range(0, 50)
                .mapToObj(i -> head("t" + i, State.COMPARED, i + 1, 49))
                .toList();
        var paths = IntStream.range(0, 50).mapToObj(i -> i + "x".repeat(1000)).toList();
        var conflicts = IntStream.range(1, 50)
                .mapToObj(i -> new ForecastAnswer.Conflict(0, i, 50, paths))
                .toList();
        var forecast = ForecastReading.of(answer(heads, conflicts), group(delivered("t0", 1)), START)
                .get("t0-uid");
        assertThat(forecast.conflicts())
                .hasSize(8)
                .allSatisfy(conflict -> assertThat(conflict.paths()).hasSize(5).allMatch(path -> path.length() <= 256));
    }

    @Test
    void an_answer_that_is_cut_off_or_points_nowhere_is_none() {
        var answer = answer(List.of(head("one", State.COMPARED, 1, 0)), List.of());
        var line = answer.toLine();
        assertThat(ForecastAnswer.find("INFO done\n" + line + "\nbye")).contains(answer);
        assertThat(ForecastAnswer.find(line.substring(0, line.length() - 3))).isEmpty();
        assertThat(ForecastAnswer.find("")).isEmpty();
        var wrong = answer(answer.heads(), List.of(new ForecastAnswer.Conflict(0, 1, 1, List.of())));
        assertThat(ForecastAnswer.find(wrong.toLine())).isEmpty();
    }

    @Test
    void how_a_pod_ended_is_told_by_its_container_and_else_by_the_pod() {
        var ended = new PodBuilder()
                .withNewMetadata()
                .withCreationTimestamp(START.toString())
                .endMetadata()
                .withNewStatus()
                .withPhase("Failed")
                .withReason("DeadlineExceeded")
                .withMessage("Too long.")
                .endStatus();
        assertThat(ForecastPodState.of(ended.build()))
                .isEqualTo(new ForecastPodState.Failed("The pod failed: DeadlineExceeded Too long."));
        assertThat(ForecastPodState.of(terminated(ended, 1, "{\"reason\":\"X\",\"message\":\"Away.\"}")))
                .isEqualTo(new ForecastPodState.Failed("Away."));
        assertThat(ForecastPodState.of(terminated(ended, 0, ""))).isEqualTo(new ForecastPodState.Answered(START));
        assertThat(ForecastPodState.of(
                        new PodBuilder(ended.build()).withStatus(null).build()))
                .isEqualTo(new ForecastPodState.Running(START));
    }

    private static Pod terminated(PodBuilder pod, int exitCode, String message) {
        return new PodBuilder(pod.build())
                .editStatus()
                .addNewContainerStatus()
                .withNewState()
                .withNewTerminated()
                .withExitCode(exitCode)
                .withMessage(message)
                .withFinishedAt(START.toString())
                .endTerminated()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build();
    }

    private static ForecastAnswer answer(List<Head> heads, List<ForecastAnswer.Conflict> conflicts) {
        return new ForecastAnswer(MAIN, heads, conflicts, 1, 1, 1);
    }

    private static Head head(String task, State state, int position, int conflicts) {
        return new Head(task, "agenttask/" + task, commit(task), state, "", position, conflicts);
    }
}
