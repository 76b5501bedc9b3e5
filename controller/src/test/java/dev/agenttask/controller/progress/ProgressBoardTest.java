package dev.agenttask.controller.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Usage;
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
    void what_was_understood_of_an_agent_says_more_than_its_raw_output() {
        board.accept(worker(1, 1, new EventData.Log("agent", "{\"type\":", false)));
        board.accept(worker(1, 2, new EventData.AgentMessage("First I look.\nThen I change it.\n")));
        board.accept(worker(1, 3, new EventData.Log("agent", "{\"type\":", false)));
        assertThat(latest().message()).isEqualTo("Then I change it.");

        board.accept(worker(1, 4, new EventData.AgentTool("Bash", "mvn test", null)));
        assertThat(latest().message()).isEqualTo("Bash mvn test");

        board.accept(worker(1, 5, new EventData.Checkpoint("refs/wip", "c0ffee", 2)));
        board.accept(worker(1, 6, new EventData.Log("agent", "{\"type\":", false)));
        assertThat(latest().message()).startsWith("checkpoint of 2 files");

        board.accept(worker(1, 7, new EventData.StepStarted("verify", "test")));
        board.accept(worker(1, 8, new EventData.Log("verify", "compiling", false)));
        assertThat(latest().message()).isEqualTo("compiling");
    }

    @Test
    void what_an_agent_used_stays_known_and_changes_no_words() {
        var used = new Usage(1200, 1000, 30, "0.25");
        board.accept(worker(1, 1, new EventData.AgentMessage("I change it.")));
        board.accept(worker(1, 2, new EventData.UsageReported(used)));
        assertThat(latest().message()).isEqualTo("I change it.");

        board.accept(worker(1, 3, new EventData.StepStarted("verify", "test")));
        assertThat(latest().usage()).contains(used);

        board.accept(worker(2, 1, new EventData.StepStarted("clone", "")));
        assertThat(latest().usage()).isEmpty();
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
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(told).hasValue(1));
        assertThat(board.latest("uid-1").orElseThrow().message()).isEqualTo("one more");
    }

    @Test
    void a_task_that_is_over_is_forgotten() {
        board.accept(worker(1, 1, new EventData.StepStarted("clone", "")));
        board.forget("uid-1");
        assertThat(board.latest("uid-1")).isEmpty();
    }

    private LatestProgress latest() {
        return board.latest("uid-1").orElseThrow();
    }

    private static ProgressEvent worker(int attempt, long sequence, EventData data) {
        return ProgressEvent.of(ProgressEvent.WORKER, TASK, attempt, sequence, Instant.EPOCH, data);
    }
}
