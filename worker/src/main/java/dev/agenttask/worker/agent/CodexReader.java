package dev.agenttask.worker.agent;

import static dev.agenttask.worker.agent.JsonLine.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import dev.agenttask.api.Usage;
import dev.agenttask.api.event.EventData;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code codex exec --json}, as version 0.169.0 prints it. {@code turn.completed} has what the thread used since it
 * began, also after {@code codex exec resume}; there is no cost.
 */
final class CodexReader implements AgentReader {

    private static final int MAX_FILES = 10;

    private final Sessions sessions;
    private final Words words;

    CodexReader(Sessions sessions, Words words) {
        this.sessions = sessions;
        this.words = words;
    }

    @Override
    public List<? extends EventData> read(JsonNode line) {
        return switch (line.path("type").asText()) {
            case "thread.started" -> {
                sessions.begin(line.path("thread_id").asText());
                yield List.of();
            }
            case "turn.completed" -> {
                sessions.total(usage(line.path("usage")));
                yield List.of();
            }
            case "turn.failed" ->
                words.message(line.path("error").path("message").asText());
            case "error" -> words.message(line.path("message").asText());
            case "item.started" -> item(line.path("item"), null);
            case "item.completed" -> item(line.path("item"), succeeded(line.path("item")));
            default -> List.of();
        };
    }

    private List<? extends EventData> item(JsonNode item, @Nullable Boolean ok) {
        var type = item.path("type").asText();
        return switch (type) {
            case "agent_message" -> words.message(item.path("text").asText());
            case "error" -> words.message(item.path("message").asText());
            case "command_execution" ->
                List.of(words.tool(type, item.path("command").asText(), ok));
            case "file_change" -> List.of(words.tool(type, files(item.path("changes")), ok));
            case "web_search" -> List.of(words.tool(type, item.path("query").asText(), ok));
            case "mcp_tool_call" ->
                List.of(words.tool(
                        item.path("server").asText() + "." + item.path("tool").asText(),
                        Words.subject(item.path("arguments")),
                        ok));
            default -> List.of();
        };
    }

    private static boolean succeeded(JsonNode item) {
        return item.path("status").asText("completed").equals("completed");
    }

    private static String files(JsonNode changes) {
        return StreamSupport.stream(changes.spliterator(), false)
                .limit(MAX_FILES)
                .map(change ->
                        change.path("kind").asText() + " " + change.path("path").asText())
                .collect(Collectors.joining(", "));
    }

    private static Usage usage(JsonNode usage) {
        return new Usage(
                tokens(usage.path("input_tokens")),
                tokens(usage.path("cached_input_tokens")),
                tokens(usage.path("output_tokens")),
                "");
    }
}
