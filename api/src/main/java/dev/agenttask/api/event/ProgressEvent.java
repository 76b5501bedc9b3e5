package dev.agenttask.api.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;

/**
 * One event on Kafka: a CloudEvent 1.0 in structured JSON mode, with the extension attributes {@code taskuid},
 * {@code attempt} and {@code sequence}. The Kafka key is the task's UID.
 *
 * @param specversion of CloudEvents
 * @param id unique for its source: attempt and sequence
 * @param source who says so: {@code /agenttask/worker} or {@code /agenttask/controller}
 * @param type which {@link EventData} it carries
 * @param subject namespace and name of the task
 * @param time when it happened
 * @param datacontenttype always JSON
 * @param taskuid UID of the task
 * @param attempt 1 for the first try; 0 before there was one
 * @param sequence rises with each event of one attempt and source; the worker's by one, so that a hole shows a loss
 * @param data what it says
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">JSON format</a>
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonPropertyOrder({"specversion", "id", "source", "type", "subject", "time"})
public record ProgressEvent(
        String specversion,
        String id,
        String source,
        String type,
        String subject,
        Instant time,
        String datacontenttype,
        String taskuid,
        int attempt,
        long sequence,
        EventData data) {

    public static final String WORKER = "/agenttask/worker";
    public static final String CONTROLLER = "/agenttask/controller";

    private static final Map<String, Class<? extends EventData>> TYPES = Map.of(
            EventData.PhaseChanged.TYPE, EventData.PhaseChanged.class,
            EventData.StepStarted.TYPE, EventData.StepStarted.class,
            EventData.StepFinished.TYPE, EventData.StepFinished.class,
            EventData.Log.TYPE, EventData.Log.class,
            EventData.Verified.TYPE, EventData.Verified.class,
            EventData.Finished.TYPE, EventData.Finished.class,
            EventData.Checkpoint.TYPE, EventData.Checkpoint.class,
            EventData.Gap.TYPE, EventData.Gap.class,
            EventData.State.TYPE, EventData.State.class);

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
     * Reads an event.
     *
     * @throws IllegalArgumentException if the bytes are not an event of a type that is known here
     */
    public static ProgressEvent parse(byte[] json) {
        try {
            var tree = AgentTaskJson.MAPPER.readTree(json);
            var type = TYPES.get(tree.path("type").asText());
            if (type == null) {
                throw new IllegalArgumentException("unknown type of event: " + tree.path("type"));
            }
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
}
