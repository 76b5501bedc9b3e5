package dev.agenttask.controller.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.FailureClass;
import java.time.Instant;
import java.util.Optional;

/**
 * Why the operator ended a pod. It stands in an annotation of the pod, so that it is known also to a controller that
 * was started later.
 *
 * @param failureClass whose failure it was
 * @param reason one CamelCase word
 * @param message a sentence that a person can act on
 * @param at when the pod was told to stop
 */
public record Stop(FailureClass failureClass, String reason, String message, Instant at) {

    /** As it stands in the annotation. */
    public String toJson() {
        return AgentTaskJson.text(this);
    }

    /** Reads the annotation; empty for text that the operator did not write. */
    public static Optional<Stop> parse(String json) {
        try {
            var stop = AgentTaskJson.MAPPER.readValue(json, Stop.class);
            return stop.failureClass() == null || stop.reason() == null || stop.message() == null || stop.at() == null
                    ? Optional.empty()
                    : Optional.of(stop);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
