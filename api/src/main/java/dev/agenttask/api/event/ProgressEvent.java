package dev.agenttask.api.event;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import io.fabric8.generator.annotation.Required;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One event on Kafka: a CloudEvent 1.0 in structured JSON mode, with the extension attributes {@code taskuid},
 * {@code attempt} and {@code sequence}. The Kafka key is the task's UID.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">JSON format</a>
 */
@JsonClassDescription(
        "A progress event: a CloudEvent 1.0 in structured JSON, with the extension attributes taskuid, attempt"
                + " and sequence. Drop what you have seen by taskuid, attempt, source and sequence.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonPropertyOrder({"specversion", "id", "source", "type", "subject", "time"})
public record ProgressEvent(
        @Required @JsonPropertyDescription("Version of CloudEvents: 1.0.")
        String specversion,

        @Required @JsonPropertyDescription("Unique for its source: TASKUID/ATTEMPT/SEQUENCE.")
        String id,

        @Required @JsonPropertyDescription("Who says so: /agenttask/worker or /agenttask/controller.")
        String source,

        @Required
        @JsonPropertyDescription("What data holds. Other types may be added: ignore those that you don't know.")
        String type,

        @Required @JsonPropertyDescription("NAMESPACE/NAME of the task.")
        String subject,

        @Required @JsonPropertyDescription("When it happened.")
        Instant time,

        @Required @JsonPropertyDescription("Always application/json.")
        String datacontenttype,

        @Required @JsonPropertyDescription("UID of the task, which is the Kafka key too.")
        String taskuid,

        @Required @JsonPropertyDescription("1 for the first try; 0 before there was one.")
        int attempt,

        @Required
        @JsonPropertyDescription(
                "Rises with each event of one attempt and source: the worker's by one from 0, so that a"
                        + " hole shows a loss; the controller's by any amount. Below 2^53.")
        long sequence,

        @Required @JsonPropertyDescription("What it says, by type.")
        EventData data) {

    public static final String WORKER = "/agenttask/worker";
    public static final String CONTROLLER = "/agenttask/controller";

    static final Map<String, Class<? extends EventData>> TYPES = Map.ofEntries(
            Map.entry(EventData.PhaseChanged.TYPE, EventData.PhaseChanged.class),
            Map.entry(EventData.StepStarted.TYPE, EventData.StepStarted.class),
            Map.entry(EventData.StepFinished.TYPE, EventData.StepFinished.class),
            Map.entry(EventData.Log.TYPE, EventData.Log.class),
            Map.entry(EventData.Verified.TYPE, EventData.Verified.class),
            Map.entry(EventData.Finished.TYPE, EventData.Finished.class),
            Map.entry(EventData.Checkpoint.TYPE, EventData.Checkpoint.class),
            Map.entry(EventData.UsageReported.TYPE, EventData.UsageReported.class),
            Map.entry(EventData.AgentMessage.TYPE, EventData.AgentMessage.class),
            Map.entry(EventData.AgentTool.TYPE, EventData.AgentTool.class),
            Map.entry(EventData.Gap.TYPE, EventData.Gap.class),
            Map.entry(EventData.State.TYPE, EventData.State.class));

    /** An event about one attempt at a task. */
    public static ProgressEvent of(
            String source, TaskId task, int attempt, long sequence, Instant time, EventData data) {
        return new ProgressEvent(
                "1.0",
                task.uid() + "/" + attempt + "/" + sequence,
                source,
                data.type(),
                task.toString(),
                time,
                "application/json",
                task.uid(),
                attempt,
                sequence,
                data);
    }

    /** Another event in the place of this one: with its number and its time. */
    public ProgressEvent with(EventData other) {
        return new ProgressEvent(
                specversion,
                id,
                source,
                other.type(),
                subject,
                time,
                datacontenttype,
                taskuid,
                attempt,
                sequence,
                other);
    }

    /** As the JSON that stands on Kafka. */
    public byte[] toJson() {
        try {
            return AgentTaskJson.MAPPER.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads an event. Fields that are not known here are ignored.
     *
     * @throws IllegalArgumentException if the bytes are not an event, or one of a type or with a value that only a newer
     *     version knows: whoever reads a topic goes on with the next
     */
    public static ProgressEvent parse(byte[] json) {
        try {
            var tree = AgentTaskJson.MAPPER.readTree(json);
            var type = TYPES.get(tree.path("type").asText());
            if (type == null) {
                throw new IllegalArgumentException("unknown type of event: " + tree.path("type"));
            }
            requireAttributes(tree);
            return new ProgressEvent(
                    tree.path("specversion").asText(),
                    tree.path("id").asText(),
                    tree.path("source").asText(),
                    tree.path("type").asText(),
                    tree.path("subject").asText(),
                    AgentTaskJson.MAPPER.treeToValue(tree.path("time"), Instant.class),
                    tree.path("datacontenttype").asText(),
                    tree.path("taskuid").asText(),
                    tree.path("attempt").asInt(),
                    tree.path("sequence").asLong(),
                    AgentTaskJson.MAPPER.treeToValue(tree.path("data"), type));
        } catch (IOException e) {
            throw new IllegalArgumentException("not a progress event: " + e.getMessage(), e);
        }
    }

    private static void requireAttributes(JsonNode event) {
        for (var attribute : List.of("id", "source", "subject", "time", "taskuid", "attempt", "sequence", "data")) {
            if (!event.hasNonNull(attribute)) {
                throw new IllegalArgumentException("not a progress event: it has no " + attribute);
            }
        }
    }
}
