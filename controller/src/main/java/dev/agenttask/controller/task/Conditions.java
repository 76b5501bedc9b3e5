package dev.agenttask.controller.task;

import dev.agenttask.api.Condition;
import dev.agenttask.api.Texts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The conditions of a status that is being decided on, starting from the recorded ones. */
public final class Conditions {

    private static final int MAX_MESSAGE = 4096;

    private final Map<String, Condition> byType = new LinkedHashMap<>();
    private final long generation;
    private final Instant now;

    public Conditions(List<Condition> recorded, long generation, Instant now) {
        recorded.forEach(c -> byType.put(c.type(), c));
        this.generation = generation;
        this.now = now;
    }

    /** Sets one. The time of a transition changes with the status alone, as in Kubernetes' own conditions. */
    public void set(String type, String status, String reason, String message) {
        var since = Optional.ofNullable(byType.get(type))
                .filter(c -> c.status().equals(status))
                .map(Condition::lastTransitionTime)
                .orElse(now);
        byType.put(type, new Condition(type, status, reason, cut(message), generation, since));
    }

    /** All of them, in the order in which they were first set. */
    public List<Condition> list() {
        return List.copyOf(byType.values());
    }

    /** A message that the schema of the status has room for. */
    static String cut(String message) {
        return Texts.cut(message, MAX_MESSAGE);
    }
}
