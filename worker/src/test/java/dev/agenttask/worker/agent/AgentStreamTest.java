package dev.agenttask.worker.agent;

import static dev.agenttask.api.Agent.Output.CLAUDE_CODE;
import static dev.agenttask.api.Agent.Output.CODEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Usage;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.EventData.AgentMessage;
import dev.agenttask.api.event.EventData.AgentTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentStreamTest {

    @TempDir
    private Path directory;

    @Test
    void usage_is_told_at_once_then_once_per_interval_and_in_the_end() {
        var codex = codex();
        for (var turn = 1; turn <= 100; turn++) {
            codex.print(turn(turn));
        }
        assertThat(codex.toldUsage()).containsExactly(usage(1));

        codex.wakeUp();
        assertThat(codex.toldUsage()).containsExactly(usage(1), usage(100));

        codex.print(turn(101));
        codex.followed.close();
        assertThat(codex.toldUsage()).containsExactly(usage(1), usage(100), usage(101));
    }

    @Test
    void usage_that_does_not_change_is_not_told_again() {
        var codex = codex().print(turn(1));
        codex.wakeUp();
        codex.print(turn(1));
        codex.wakeUp();
        codex.followed.close();

        assertThat(codex.toldUsage()).containsExactly(usage(1));
    }

    @Test
    void a_worker_after_a_crash_goes_on_counting() throws IOException {
        codex().print("{\"type\":\"thread.started\",\"thread_id\":\"a\"}", turn(10))
                .wakeUp();

        var second = codex().print(turn(15), "{\"type\":\"thread.started\",\"thread_id\":\"b\"}", turn(1));

        assertThat(second.stream.used()).contains(usage(16));
        second.followed.close();
        assertThat(second.file.readExisting().total()).contains(usage(16));
        assertThat(second.toldUsage()).first().isEqualTo(usage(15));
    }

    @Test
    void a_message_of_the_model_that_grows_counts_with_what_it_had_last() {
        var claude = claude().print(
                        assistant("m1", 100, 1),
                        assistant("m1", 100, 20),
                        assistant("m2", 10, 5),
                        assistant("m1", 100, 20));

        assertThat(claude.stream.used()).contains(new Usage(110, 0, 25, ""));
    }

    @Test
    void a_run_that_ends_without_its_total_has_used_what_its_messages_took() {
        var init = "{\"type\":\"system\",\"subtype\":\"init\",\"session_id\":\"%s\"}";
        var claude = claude().print(init.formatted("a"), assistant("m1", 100, 5))
                .print(init.formatted("b"), assistant("m2", 10, 1));
        assertThat(claude.stream.used()).contains(new Usage(110, 0, 6, ""));

        claude.print("{\"type\":\"result\",\"is_error\":true}");
        assertThat(claude.stream.used()).contains(new Usage(110, 0, 6, ""));

        claude.print(
                init.formatted("a"),
                "{\"type\":\"result\",\"modelUsage\":{\"m\":{\"inputTokens\":150,\"outputTokens\":9}}}");
        assertThat(claude.stream.used()).contains(new Usage(160, 0, 10, ""));
    }

    @Test
    void what_is_printed_before_and_after_the_agent_says_nothing() {
        var codex = codex();
        codex.followed.close();
        codex.print(turn(1), message("words"));

        assertThat(codex.events).isEmpty();
        assertThat(codex.stream.used()).isEmpty();
    }

    @Test
    void secrets_and_control_characters_do_not_leave_also_where_a_text_is_cut() {
        var codex = codex().print(
                        message("x".repeat(AgentMessage.MAX_TEXT - 6) + "secret!"),
                        message("a\\u001b[31m\\nb"),
                        "{\"type\":\"item.started\",\"item\":{\"type\":\"command_execution\",\"command\":\"echo secret!\\nls\"}}");

        assertThat(codex.toldWords())
                .containsExactly(
                        new AgentMessage("x".repeat(AgentMessage.MAX_TEXT - 6) + "***"),
                        new AgentMessage("a\u241b[31m\nb"),
                        new AgentTool("command_execution", "echo *** ls", null));
    }

    @Test
    void a_flood_of_words_is_dropped_and_counted_but_not_its_usage() {
        var codex = codex();
        for (var i = 0; i < 10_000; i++) {
            codex.print(message("word " + i));
        }
        codex.print(turn(7));
        var words = codex.toldWords().size();
        assertThat(words).isLessThan(AgentStream.BURST_BYTES / 512 + 1);

        codex.nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        codex.print(message("later"));
        codex.followed.close();

        assertThat(codex.toldWords().subList(words, words + 2))
                .containsExactly(new EventData.Gap(10_000L - words), new AgentMessage("later"));
        assertThat(codex.stream.used()).contains(usage(7));
    }

    @Test
    void last_words_are_those_after_which_nothing_else_was_printed() {
        var codex = codex().print(message("All is well."));
        assertThat(codex.stream.lastWords()).isEqualTo("All is well.");

        codex.print("thread main panicked");
        assertThat(codex.stream.lastWords()).isEmpty();
    }

    @Test
    void a_file_that_cannot_be_read_or_written_costs_the_numbers_of_before_and_nothing_else() throws IOException {
        Files.createDirectories(directory.resolve("usage.json").resolve("in-the-way"));
        var codex = codex().print(turn(3));

        assertThat(codex.stream.used()).contains(usage(3));
        assertThat(codex.toldUsage()).containsExactly(usage(3));
    }

    @Test
    void a_line_that_was_cut_is_not_read() {
        var codex = codex();
        var bytes = turn(1).getBytes(StandardCharsets.UTF_8);
        codex.stream.line(bytes, 0, bytes.length, true);

        assertThat(codex.stream.used()).isEmpty();
    }

    private StreamFixture codex() {
        return new StreamFixture(CODEX, directory);
    }

    private StreamFixture claude() {
        return new StreamFixture(CLAUDE_CODE, directory);
    }

    private static Usage usage(long tokens) {
        return new Usage(tokens, 0, tokens, "");
    }

    private static String turn(long tokens) {
        return "{\"type\":\"turn.completed\",\"usage\":{\"input_tokens\":%d,\"output_tokens\":%d}}"
                .formatted(tokens, tokens);
    }

    private static String message(String text) {
        return "{\"type\":\"item.completed\",\"item\":{\"type\":\"agent_message\",\"text\":\"" + text + "\"}}";
    }

    private static String assistant(String id, long input, long output) {
        return ("{\"type\":\"assistant\",\"message\":{\"id\":\"%s\",\"content\":[],"
                        + "\"usage\":{\"input_tokens\":%d,\"output_tokens\":%d}}}")
                .formatted(id, input, output);
    }
}
