package dev.agenttask.worker.pod;

import dev.agenttask.api.Usage;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the worker leaves in the vault about what the agent says it used: for a worker that is started after a crash, and
 * for the delivery's report.
 *
 * @param session of the agent that speaks, by its id; empty where none is known
 * @param sessions what each session used in all
 * @param running what the session that speaks used beyond that, before it gives its total
 */
public record UsageRecord(String session, Map<String, Usage> sessions, Usage running) {

    /** Nothing was said. */
    public static final UsageRecord NONE = new UsageRecord("", Map.of(), Usage.NONE);

    /** All of it together; empty where nothing was said. */
    public Optional<Usage> total() {
        return Stream.concat(sessions.values().stream(), Stream.of(running))
                .filter(usage -> !usage.equals(Usage.NONE))
                .reduce(Usage::plus);
    }
}
