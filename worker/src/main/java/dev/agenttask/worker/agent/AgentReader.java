package dev.agenttask.worker.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.agenttask.api.Agent;
import dev.agenttask.api.event.EventData;
import java.util.List;
import java.util.Optional;

/** Understands what one agent CLI prints. Whatever is not as that CLI prints it says nothing. */
sealed interface AgentReader permits CodexReader, ClaudeCodeReader {

    /** What a line says that is worth an event; what it says of usage goes to the sessions. */
    List<? extends EventData> read(JsonNode line);

    /** The reader of a kind of output; empty for text, which says nothing that could be read. */
    static Optional<AgentReader> of(Agent.Output output, Sessions sessions, Words words) {
        return switch (output) {
            case TEXT -> Optional.empty();
            case CODEX -> Optional.of(new CodexReader(sessions, words));
            case CLAUDE_CODE -> Optional.of(new ClaudeCodeReader(sessions, words));
        };
    }
}
