package dev.agenttask.worker.agent;

import static dev.agenttask.worker.agent.JsonLine.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import dev.agenttask.api.Usage;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.EventData.AgentTool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code claude -p --output-format stream-json --verbose}, as version 2.1.330 prints it. Each message of the model
 * comes in parts with its usage so far; {@code result} has in {@code modelUsage} and {@code total_cost_usd} what the
 * session used since it began, also after {@code --resume}. Its field {@code usage} is of this run alone.
 */
final class ClaudeCodeReader implements AgentReader {

    static final int MAX_TOOLS = 64;

    private final Sessions sessions;
    private final Words words;
    /** Those that have begun and not ended, by their id. */
    private final Map<String, AgentTool> tools = new LinkedHashMap<>();

    ClaudeCodeReader(Sessions sessions, Words words) {
        this.sessions = sessions;
        this.words = words;
    }

    @Override
    public List<? extends EventData> read(JsonNode line) {
        var message = line.path("message");
        return switch (line.path("type").asText()) {
            case "system" -> {
                if (line.path("subtype").asText().equals("init")) {
                    sessions.begin(line.path("session_id").asText());
                }
                yield List.of();
            }
            case "assistant" -> {
                sessions.message(message.path("id").asText(), usage(message.path("usage")));
                yield said(message.path("content"));
            }
            case "user" -> ended(message.path("content"));
            case "result" -> {
                sessions.total(total(line));
                yield List.of();
            }
            default -> List.of();
        };
    }

    private List<EventData> said(JsonNode content) {
        var events = new ArrayList<EventData>();
        for (var part : content) {
            switch (part.path("type").asText()) {
                case "text" -> events.addAll(words.message(part.path("text").asText()));
                case "tool_use" -> events.add(begun(part));
                default -> {}
            }
        }
        return events;
    }

    private AgentTool begun(JsonNode part) {
        var tool = words.tool(part.path("name").asText(), Words.subject(part.path("input")), null);
        tools.put(key(part.path("id")), tool);
        if (tools.size() > MAX_TOOLS) {
            tools.remove(tools.keySet().iterator().next());
        }
        return tool;
    }

    private List<EventData> ended(JsonNode content) {
        var events = new ArrayList<EventData>();
        for (var part : content) {
            var tool = tools.remove(key(part.path("tool_use_id")));
            if (tool != null) {
                var failed = part.path("is_error").asBoolean();
                events.add(new AgentTool(tool.name(), tool.input(), !failed));
            }
        }
        return events;
    }

    private static Usage total(JsonNode result) {
        var models = result.path("modelUsage");
        var sum = models.isEmpty() ? usage(result.path("usage")) : Usage.NONE;
        for (var model : models) {
            var cached = tokens(model.path("cacheReadInputTokens"));
            var input = tokens(model.path("inputTokens")) + tokens(model.path("cacheCreationInputTokens")) + cached;
            sum = sum.plus(new Usage(input, cached, tokens(model.path("outputTokens")), ""));
        }
        return sum.plus(cost(result.path("total_cost_usd")));
    }

    private static Usage cost(JsonNode dollars) {
        return dollars.isNumber() && dollars.decimalValue().signum() >= 0
                ? Usage.of(0, 0, 0, dollars.decimalValue())
                : Usage.NONE;
    }

    /** The API counts what the cache gave and took apart from the other input. */
    private static Usage usage(JsonNode usage) {
        var cached = tokens(usage.path("cache_read_input_tokens"));
        var input = tokens(usage.path("input_tokens")) + tokens(usage.path("cache_creation_input_tokens")) + cached;
        return new Usage(input, cached, tokens(usage.path("output_tokens")), "");
    }

    private static String key(JsonNode id) {
        return Sessions.id(id.asText());
    }
}
