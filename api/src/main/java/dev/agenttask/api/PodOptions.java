package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Scheduling and metadata of the worker pod, within what the operator's allow-list permits. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PodOptions(
        @JsonPropertyDescription("Labels that a node must have.") @Size(max = 32)
        Map<String, String> nodeSelector,

        @JsonPropertyDescription("Taints that the pod tolerates.") @Size(max = 16)
        List<PodToleration> tolerations,

        @JsonPropertyDescription("Name of a PriorityClass.") @Size(max = 253)
        String priorityClassName,

        @JsonPropertyDescription("Name of a RuntimeClass, such as one for gVisor or Kata Containers.") @Size(max = 253)
        String runtimeClassName,

        @JsonPropertyDescription("Names of Secrets that pull the agent's image.") @Size(max = 8)
        List<@Size(max = 253) String> imagePullSecrets,

        @JsonPropertyDescription("More labels on the pod, outside the prefixes of Kubernetes and of the operator.")
        @Size(max = 32)
        Map<String, String> labels,

        @JsonPropertyDescription("More annotations on the pod, outside the prefixes of Kubernetes and of the operator.")
        @Size(max = 32)
        Map<String, String> annotations) {

    public PodOptions {
        nodeSelector = Absent.toEmpty(nodeSelector);
        tolerations = Absent.toEmpty(tolerations);
        priorityClassName = Absent.toEmpty(priorityClassName);
        runtimeClassName = Absent.toEmpty(runtimeClassName);
        imagePullSecrets = Absent.toEmpty(imagePullSecrets);
        labels = Absent.toEmpty(labels);
        annotations = Absent.toEmpty(annotations);
    }

    /** A taint that is tolerated, as in a pod's spec. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record PodToleration(
            @JsonPropertyDescription("Key of the taint; empty, with operator Exists, is every taint.") @Size(max = 316)
            String key,

            @JsonPropertyDescription("Exists or Equal. Default: Equal.") @Pattern("^(Exists|Equal)$")
            String operator,

            @JsonPropertyDescription("Value of the taint, for operator Equal.") @Size(max = 316)
            String value,

            @JsonPropertyDescription("NoSchedule, PreferNoSchedule or NoExecute; empty is every effect.")
            @Pattern("^(NoSchedule|PreferNoSchedule|NoExecute)$")
            String effect,

            @JsonPropertyDescription("Seconds that a NoExecute taint is tolerated. Not given: for ever.") @Nullable
            Long tolerationSeconds) {

        public PodToleration {
            key = Absent.toEmpty(key);
            operator = Absent.toEmpty(operator);
            value = Absent.toEmpty(value);
            effect = Absent.toEmpty(effect);
        }
    }
}
