package dev.agenttask.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TaskTableTest {

    private static final Instant NOW = Instant.parse("2026-01-01T09:03:07Z");

    @Test
    void a_table_has_a_line_for_each_task_with_what_it_does_or_came_to() {
        var lines = new TaskTable(false)
                .of(
                        List.of(
                                Tasks.running("a"),
                                Tasks.succeeded("b", "True"),
                                Tasks.failed("c", "Agent", "NoChange", "The agent changed nothing.")),
                        NOW);

        assertThat(lines)
                .containsExactly(
                        "NAME   PHASE       STEP    VERIFIED   ATTEMPT   AGE    PROGRESS",
                        "a      Running     agent              1         3m7s   thinking about it",
                        "b      Succeeded           True       1         3m7s   agenttask/b (1 file changed, +1 -0)",
                        "c      Failed                         1         3m7s   NoChange: The agent changed nothing.");
    }

    @Test
    void what_agents_used_has_columns_where_one_of_them_says_so() {
        var lines = new TaskTable(false).of(List.of(Tasks.running("a"), Tasks.used("b")), NOW);

        assertThat(lines)
                .containsExactly(
                        "NAME   PHASE     STEP    VERIFIED   ATTEMPT   TOKENS   COST      AGE    PROGRESS",
                        "a      Running   agent              1                            3m7s   thinking about it",
                        "b      Running   agent              1         1050     $0.4375   3m7s   working");
    }

    @Test
    void what_does_not_fit_on_the_screen_is_counted_and_those_that_run_come_first() {
        List<AgentTask> tasks = Stream.concat(
                        IntStream.range(0, 30).mapToObj(i -> Tasks.succeeded("done-" + i, "True")),
                        Stream.of(Tasks.running("runs")))
                .toList();

        var lines = new TaskTable(false).fitting(tasks, List.of(), NOW, 10, 40);

        assertThat(lines).hasSizeLessThanOrEqualTo(9).allMatch(line -> line.length() <= 40);
        assertThat(lines.get(1)).startsWith("runs ");
        assertThat(lines).contains("... and 25 more", "31 tasks: 1 Running, 30 Succeeded");
    }

    @Test
    void a_line_for_a_log_says_where_a_task_is() {
        assertThat(new TaskTable(true).line(Tasks.running("a"))).isEqualTo("shop/a Running agent: thinking about it");
    }
}
