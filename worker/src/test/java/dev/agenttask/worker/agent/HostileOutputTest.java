package dev.agenttask.worker.agent;

import static dev.agenttask.api.Agent.Output.CLAUDE_CODE;
import static dev.agenttask.api.Agent.Output.CODEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Agent;
import dev.agenttask.api.Usage;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.EventData.AgentMessage;
import dev.agenttask.api.event.EventData.AgentTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent prints what it likes. Nothing of it ends the reading, and nothing of it grows. */
class HostileOutputTest {

    private static final int LINE = 256 << 10;
    private static final Usage MOST =
            new Usage(1_000_000_000_000_000L, 1_000_000_000_000_000L, 1_000_000_000_000_000L, "");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @MethodSource("malformed")
    void what_is_malformed_says_nothing_and_the_next_line_is_read(String line) {
        for (var output : new Agent.Output[] {CODEX, CLAUDE_CODE}) {
            var agent = new StreamFixture(output, directory).print(line);
            assertThat(agent.events).isEmpty();
            assertThat(agent.stream.used()).isEmpty();

            agent.play(output == CODEX ? "codex.jsonl" : "claude-code.jsonl");
            assertThat(agent.stream.used()).isPresent();
            forget();
        }
    }

    static Stream<String> malformed() {
        return Stream.of(
                "",
                " ",
                "\u0000",
                "null",
                "[]",
                "{",
                "{}",
                "{\"type\":",
                "{\"type\":{}}",
                "{\"type\":[\"turn.completed\"]}",
                "{\"type\":\"turn.completed\"}",
                "{\"type\":\"turn.completed\",\"usage\":null}",
                "{\"type\":\"turn.completed\",\"usage\":[1,2,3]}",
                "{\"type\":\"turn.completed\",\"usage\":{\"input_tokens\":\"many\",\"output_tokens\":{}}}",
                "{\"type\":\"turn.completed\",\"usage\":{\"input_tokens\":NaN}}",
                "{\"type\":\"turn.completed\",\"usage\":{\"input_tokens\":-5,\"output_tokens\":1.5}}",
                "{\"type\":\"turn.completed\",\"usage\":{\"input_tokens\":1e99999999999}}",
                "{\"type\":\"turn.completed\",\"usage\":{\"input_tokens\":" + "9".repeat(10_000) + "}}",
                "{\"type\":\"item.completed\"}",
                "{\"type\":\"item.completed\",\"item\":7}",
                "{\"type\":\"item.completed\",\"item\":{\"type\":\"agent_message\",\"text\":{\"a\":1}}}",
                "{\"type\":\"assistant\",\"message\":\"words\"}",
                "{\"type\":\"assistant\",\"message\":{\"content\":\"words\"}}",
                "{\"type\":\"assistant\",\"message\":{\"content\":[null,1,[],{\"type\":\"text\"}]}}",
                "{\"type\":\"user\",\"message\":{\"content\":[{\"tool_use_id\":null},{\"tool_use_id\":\"unknown\"}]}}",
                "{\"type\":\"result\",\"total_cost_usd\":NaN}",
                "{\"type\":\"result\",\"total_cost_usd\":-1,\"modelUsage\":[],\"usage\":7}",
                "{\"a\":".repeat(40_000),
                "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}",
                "{\"type\":\"\\ud800\\ud800\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775807", "9223372036854775808", "99999999999999999999999999999999"})
    void absurd_numbers_are_the_most_that_is_counted(String tokens) {
        var turn =
                "{\"type\":\"turn.completed\",\"usage\":{\"input_tokens\":%1$s,\"cached_input_tokens\":%1$s,\"output_tokens\":%1$s}}"
                        .formatted(tokens);
        var codex = new StreamFixture(CODEX, directory)
                .print(turn, "{\"type\":\"thread.started\",\"thread_id\":\"b\"}", turn);

        assertThat(codex.stream.used()).contains(MOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "999999999999999999", "1e18"})
    void an_absurd_cost_is_the_most_that_is_counted(String cost) {
        var claude = new StreamFixture(CLAUDE_CODE, directory)
                .print("{\"type\":\"result\",\"total_cost_usd\":" + cost + "}");

        assertThat(claude.stream.used().orElseThrow().costUSD()).isEqualTo("999999999.999999");
    }

    @Test
    void negative_numbers_take_nothing_away() {
        var claude = new StreamFixture(CLAUDE_CODE, directory)
                .play("claude-code.jsonl")
                .print(
                        "{\"type\":\"result\",\"session_id\":\"f9981b07-1ee6-45f8-9064-ddb030fd86c0\",\"total_cost_usd\":-1e9,"
                                + "\"modelUsage\":{\"m\":{\"inputTokens\":-1000000,\"outputTokens\":-9223372036854775808}}}");

        assertThat(claude.stream.used()).contains(new Usage(6239, 4000, 93, "0.013816"));
    }

    @Test
    void words_are_bounded() {
        var text = "w".repeat(LINE - 200);
        var claude = new StreamFixture(CLAUDE_CODE, directory)
                .print(
                        "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"" + text
                                + "\"}]}}",
                        "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"tool_use\",\"name\":\"" + text
                                + "\",\"input\":{\"command\":\"" + text + "\"}}]}}",
                        "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"tool_use\",\"name\":\"T\",\"input\":{\"odd\":\""
                                + text + "\"}}]}}");

        assertThat(claude.events).hasSize(3).allMatch(HostileOutputTest::isBounded);
        assertThat(claude.stream.lastWords()).hasSizeLessThanOrEqualTo(300);
    }

    @Test
    void half_a_character_is_no_reason_to_lose_the_rest() throws IOException {
        var codex = new StreamFixture(CODEX, directory)
                .print(
                        "{\"type\":\"thread.started\",\"thread_id\":\"" + "x".repeat(63) + "\\ud83d\\ude00\"}",
                        "{\"type\":\"item.completed\",\"item\":{\"type\":\"agent_message\",\"text\":\"a\\ud800b\"}}",
                        "{\"type\":\"turn.completed\",\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}");
        codex.followed.close();

        assertThat(codex.toldWords()).containsExactly(new AgentMessage("a?b"));
        assertThat(codex.file.readExisting().total()).contains(new Usage(1, 0, 2, ""));
    }

    private static boolean isBounded(EventData event) {
        return switch (event) {
            case AgentMessage(var text) -> text.length() <= AgentMessage.MAX_TEXT;
            case AgentTool(var name, var input, var _) ->
                name.length() <= AgentTool.MAX_NAME && input.length() <= AgentTool.MAX_INPUT;
            default -> false;
        };
    }

    @Test
    void sessions_messages_and_tools_without_end_are_kept_in_bounds_and_the_sum_stays_right() throws IOException {
        var codex = new StreamFixture(CODEX, directory);
        for (var i = 0; i < 5_000; i++) {
            codex.print(
                    "{\"type\":\"thread.started\",\"thread_id\":\"" + i + "x".repeat(1000) + "\"}",
                    "{\"type\":\"turn.completed\",\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}");
        }
        codex.followed.close();
        assertThat(codex.stream.used()).contains(new Usage(5_000, 0, 10_000, ""));
        assertThat(Files.size(directory.resolve("usage.json"))).isLessThan(8 << 10);
        forget();

        var claude = new StreamFixture(CLAUDE_CODE, directory);
        for (var i = 0; i < 5_000; i++) {
            claude.print("{\"type\":\"assistant\",\"message\":{\"id\":\"" + i
                    + "\",\"usage\":{\"input_tokens\":1},\"content\":[{\"type\":\"tool_use\",\"id\":\"" + i
                    + "\",\"name\":\"T\"}]}}");
        }
        assertThat(claude.stream.used()).contains(new Usage(5_000, 0, 0, ""));
    }

    @ParameterizedTest
    @EnumSource(Agent.Output.class)
    void no_line_ends_the_reading(Agent.Output output) {
        var random = new Random(7);
        var agent = new StreamFixture(output, directory);
        var lines = Stream.of("codex.jsonl", "codex-failed.jsonl", "claude-code.jsonl")
                .flatMap(name -> Stream.of(StreamFixture.recording(name)))
                .toList();
        for (var i = 0; i < 20_000; i++) {
            var line = new StringBuilder(lines.get(random.nextInt(lines.size())));
            for (var changes = random.nextInt(4); changes >= 0; changes--) {
                var at = random.nextInt(line.length());
                line.replace(at, Math.min(line.length(), at + random.nextInt(6)), piece(random));
            }
            agent.print(line.toString());
        }
        agent.print("{\"type\":\"thread.started\",\"thread_id\":\"last\"}");
    }

    private static String piece(Random random) {
        var pieces = new String[] {"", "{", "}", "[", "]", "\"", ":", ",", "null", "-1", "1e9", "\\u0000", "\\"};
        return pieces[random.nextInt(pieces.length)];
    }

    private void forget() {
        try {
            Files.deleteIfExists(directory.resolve("usage.json"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
