package dev.agenttask.api.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** An item that did not succeed. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record BatchProblem(
        @Required @JsonPropertyDescription("Name of the item.")
        String item,

        @Required @JsonPropertyDescription("Name of its task.")
        String task,

        @Required @JsonPropertyDescription("Why, as one CamelCase word.")
        String reason,

        @JsonPropertyDescription("Why, in a sentence, the beginning of it.") @Size(max = 512)
        String message) {}
