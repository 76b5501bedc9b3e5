package dev.agenttask.worker.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.agenttask.api.event.EventData.AgentMessage;
import dev.agenttask.api.event.EventData.AgentTool;
import dev.agenttask.worker.report.PrintableText;
import dev.agenttask.worker.report.Redactor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes events of an agent's words: without secrets before they are cut, and printable. */
final class Words {

    /** What a tool is used on, by the names that the tools of the known agents give it; the first that is there counts. */
    private static final List<String> SUBJECTS =
            List.of("command", "file_path", "path", "pattern", "query", "url", "description", "prompt");

    private final Redactor redactor;

    Words(Redactor redactor) {
        this.redactor = redactor;
    }

    /** One event; none where there are no words. */
    List<AgentMessage> message(String text) {
        var clean = redactor.redact(wellFormed(text.strip()))
                .lines()
                .map(PrintableText::of)
                .collect(Collectors.joining("\n"));
        return clean.isEmpty() ? List.of() : List.of(new AgentMessage(clean));
    }

    /** The use of a tool, and whether that went well, once it is known. */
    AgentTool tool(String name, String input, @Nullable Boolean ok) {
        return new AgentTool(line(name), line(input), ok);
    }

    /** What a tool is used on, in a few words. */
    static String subject(JsonNode input) {
        return SUBJECTS.stream()
                .map(input::path)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .findFirst()
                .orElseGet(() -> input.isMissingNode() || input.isEmpty() ? "" : input.toString());
    }

    private String line(String text) {
        return PrintableText.of(redactor.redact(wellFormed(text.strip())).replaceAll("\\R", " "));
    }

    /** JSON can escape half a character, which no UTF-8 has. */
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
