package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A place that a prompt is read from, once, when an attempt starts. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PromptSource(
        @Required @JsonPropertyDescription("A key of a ConfigMap in the task's namespace.")
        ConfigMapKey configMapKeyRef) {

    /** A key of a ConfigMap. */
    public record ConfigMapKey(
            @Required @JsonPropertyDescription("Name of the ConfigMap.") @Size(min = 1, max = 253)
            String name,

            @Required @JsonPropertyDescription("The key whose value is the prompt.") @Size(min = 1, max = 253)
            String key) {}
}
