package dev.agenttask.controller.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.controller.task.LatestProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProgressBoardTest {

    private static final TaskId TASK = new TaskId("team", "fix", "uid-1");

    private final ProgressBoard board = new ProgressBoard(Duration.ofMinutes(1));

    @AfterEach
    void close() {
        board.close();
    }

    @Test
    void the_latest_line_of_a_log_is_kept() {
        board.accept(worker(1, 5, new EventData.Log("agent", "one\ntwo\n\n", false)));
        assertThat(board.latest("uid-1")).contains(new LatestProgress(1, "agent", "two", 5));
    }

    @Test
    void older_events_and_those_of_the_controller_change_nothing() {
        board.accept(worker(2, 5, new EventData.StepStarted("verify", "test")));
        board.accept(worker(2, 4, new EventData.StepStarted("verify", "late")));
        board.accept(worker(1, 9, new EventData.StepStarted("agent", "earlier attempt")));
        board.accept(ProgressEvent.of(
                ProgressEvent.CONTROLLER,
                TASK,
                3,
                9,
                Instant.EPOCH,
                new EventData.StepStarted("deliver", "not the worker")));
        assertThat(board.latest("uid-1")).contains(new LatestProgress(2, "verify", "test", 5));
    }

    @Test
    void a_flood_of_events_wakes_the_task_once_per_interval() {
        var told = new AtomicInteger();
        board.listen(task -> told.incrementAndGet());
        for (int i = 1; i <= 1000; i++) {
            board.accept(worker(1, i, new EventData.Log("agent", "line " + i, false)));
        }
        Awaitility.await().untilAsserted(() -> assertThat(told).hasValue(1));
        board.accept(worker(1, 1001, new EventData.Log("agent", "one more", false)));
        Awaitility.await()
                .during(Duration.ofMillis(200))
                .atMost(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(told).hasValue(1));
        assertThat(board.latest("uid-1").orElseThrow().message()).isEqualTo("one more");
    }

    @Test
    void a_task_that_is_over_is_forgotten() {
        board.accept(worker(1, 1, new EventData.StepStarted("clone", "")));
        board.forget("uid-1");
        assertThat(board.latest("uid-1")).isEmpty();
    }

    private static ProgressEvent worker(int attempt, long sequence, EventData data) {
        return ProgressEvent.of(ProgressEvent.WORKER, TASK, attempt, sequence, Instant.EPOCH, data);
    }
}
