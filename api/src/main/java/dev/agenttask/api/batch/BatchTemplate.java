package dev.agenttask.api.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import dev.agenttask.api.Absent;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Map;

/**
 * The task that every item of a batch is made of.
 *
 * @param spec that of an AgentTask, in which any string may have parameters. It has no schema of its own, as the patterns
 *     of many fields would refuse a parameter; the tasks that come of it are checked like any other
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record BatchTemplate(
        @JsonPropertyDescription("Labels of each task. Their values may have parameters.") @Size(max = 32)
        Map<String, String> labels,

        @JsonPropertyDescription("Annotations of each task. Their values may have parameters.") @Size(max = 32)
        Map<String, String> annotations,

        @Required
        @PreserveUnknownFields
        @JsonPropertyDescription("The spec of an AgentTask (see kubectl explain at.spec), without suspend, cancel and"
                + " ttlSecondsAfterFinished, which are the batch's. Any string in it may have parameters:"
                + " {{name}} is replaced by the item's parameter of that name, {{item}} by the item's own name,"
                + " and \\{{name}} stays as {{name}}. A string that is one parameter and nothing else becomes the"
                + " number or boolean that the field is.")
        JsonNode spec) {

    public BatchTemplate {
        labels = Absent.toEmpty(labels);
        annotations = Absent.toEmpty(annotations);
    }
}
