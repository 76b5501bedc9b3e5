package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the running attempt does now. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Progress(
        @JsonPropertyDescription("The step: clone, setup, agent, snapshot, verify or deliver.")
        String step,

        @JsonPropertyDescription("The latest line that tells what goes on.") @Size(max = 1024)
        String message,

        @JsonPropertyDescription("Sequence of the event on Kafka that this was read from.") @Nullable
        Long sequence,

        @JsonPropertyDescription("When that was so.") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
        Instant observedAt) {

    public Progress {
        step = Absent.toEmpty(step);
        message = Absent.toEmpty(message);
    }
}
