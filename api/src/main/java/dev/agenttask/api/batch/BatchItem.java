package dev.agenttask.api.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import dev.agenttask.api.Absent;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One task of a batch. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record BatchItem(
        @Required
        @JsonPropertyDescription(
                "A name that no other item has, in lower-case letters, digits and dashes. The task is called"
                        + " BATCH-ITEM, which has at most 63 characters.")
        @Size(min = 1, max = 61)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        String name,

        @JsonPropertyDescription("What is inserted into the template, by name. Each of them must be used.")
        @Size(max = 64)
        Map<String, @Size(max = 65536) String> parameters,

        @PreserveUnknownFields
        @JsonPropertyDescription(
                "What this item has otherwise than the template: part of an AgentTask's spec, merged into the template's"
                        + " as a JSON merge patch (RFC 7386). It may have parameters too.")
        @Nullable
        JsonNode overrides) {

    public BatchItem {
        parameters = Absent.toEmpty(parameters);
    }
}
