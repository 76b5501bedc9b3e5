package dev.agenttask.controller.task;

import dev.agenttask.api.AgentTaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What must happen to a task now.
 *
 * @param actions to be done first, in this order
 * @param status to be written then, if it differs
 * @param events to be told to people once the status is written
 * @param requeueAfter when to look again if nothing happens until then
 */
public record Decision(
        List<Action> actions, AgentTaskStatus status, List<TaskEvent> events, Optional<Duration> requeueAfter) {

    public Decision {
        actions = List.copyOf(actions);
        events = List.copyOf(events);
    }

    /**
     * An event on the task, as {@code kubectl describe} shows it.
     *
     * @param warning whether something is wrong
     * @param reason one CamelCase word
     * @param message a sentence that a person can act on
     */
    public record TaskEvent(boolean warning, String reason, String message) {}
}
