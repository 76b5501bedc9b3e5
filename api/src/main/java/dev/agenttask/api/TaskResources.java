package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/** Kubernetes resources, as on a container. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TaskResources(
        @JsonPropertyDescription("What is set aside, such as cpu: 500m and memory: 1Gi. Default: the limits.")
        @Size(max = 16)
        Map<String, Quantity> requests,

        @JsonPropertyDescription("What may not be exceeded, such as cpu: 2 and memory: 4Gi.") @Size(max = 16)
        Map<String, Quantity> limits) {

    public TaskResources {
        requests = Absent.toEmpty(requests);
        limits = Absent.toEmpty(limits);
    }
}
