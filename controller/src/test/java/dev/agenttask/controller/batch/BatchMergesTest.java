package dev.agenttask.controller.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Forecast;
import dev.agenttask.api.Forecast.Conflict;
import dev.agenttask.api.Phase;
import dev.agenttask.api.batch.BatchForecast;
import dev.agenttask.api.batch.BatchForecast.Pair;
import dev.agenttask.controller.task.TestTasks;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchMergesTest {

    @Test
    void pairs_of_the_batch_are_told_once_and_the_order_is_that_of_the_tasks() {
        var summary = of(
                        task("tidy-i0", 3, conflict("tidy-i2", "a"), conflict("stranger", "b")),
                        task("tidy-i1", 1),
                        task("tidy-i2", 2, conflict("tidy-i0", "a")))
                .orElseThrow();

        assertThat(summary)
                .isEqualTo(new BatchForecast(
                        3,
                        2,
                        1,
                        List.of(new Pair("tidy-i0", "tidy-i2", "a")),
                        List.of("tidy-i1", "tidy-i2", "tidy-i0")));
    }

    @Test
    void without_a_forecast_there_is_no_summary() {
        assertThat(of(TestBatches.task("i0", Phase.SUCCEEDED, "Succeeded"))).isEmpty();
    }

    @Test
    void a_large_batch_names_the_first_of_everything() {
        var tasks = IntStream.range(0, 150)
                .mapToObj(i -> task("tidy-i" + i, i + 1, conflict("tidy-i" + (i + 1) % 150, "a")))
                .toArray(AgentTask[]::new);
        var summary = of(tasks).orElseThrow();
        assertThat(summary.conflictingPairs()).isEqualTo(150);
        assertThat(summary.pairs()).hasSize(10);
        assertThat(summary.mergeOrder()).hasSize(100).startsWith("tidy-i0", "tidy-i1");
    }

    @Test
    void a_batch_that_is_over_takes_up_what_is_found_out_later_and_keeps_it_when_tasks_go() {
        var story = new BatchStory(TestBatches.batch(2, ""))
                .settle()
                .succeed("i0", "i1")
                .settle();
        assertThat(story.status().phase().terminal()).isTrue();
        assertThat(story.status().forecast()).isNull();

        story.task("i0").setStatus(task("tidy-i0", 1).getStatus());
        story.task("i1").setStatus(task("tidy-i1", 2).getStatus());
        story.settle();
        assertThat(story.status().forecast().mergeOrder()).containsExactly("tidy-i0", "tidy-i1");

        story.delete("i0");
        story.delete("i1");
        story.settle();
        assertThat(story.status().forecast().mergeOrder()).hasSize(2);
    }

    private static Optional<BatchForecast> of(AgentTask... tasks) {
        return BatchMerges.of(BatchObserved.of(TestBatches.batch(2, ""), List.of(tasks)));
    }

    private static AgentTask task(String name, int position, Conflict... conflicts) {
        var task = TestTasks.stored();
        task.getMetadata().setName(name);
        var forecast = new Forecast(
                Forecast.State.COMPARED,
                "c",
                null,
                2,
                position,
                3,
                conflicts.length,
                List.of(conflicts),
                "",
                Instant.EPOCH);
        task.setStatus(
                new AgentTaskStatus(1L, Phase.SUCCEEDED, List.of(), null, List.of(), null, null, null, null, forecast));
        return task;
    }

    private static Conflict conflict(String task, String path) {
        return new Conflict(task, "agenttask/" + task, List.of(path), 1);
    }
}
