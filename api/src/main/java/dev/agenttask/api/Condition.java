package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One observation about a task, with the meaning of {@code metav1.Condition}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/">Kubernetes API conventions</a>
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Condition(
        @Required
        @JsonPropertyDescription("Succeeded, Finished, Admitted, Verified, Delivered or MergesCleanly.")
        @Size(max = 64)
        String type,

        @Required @JsonPropertyDescription("True, False or Unknown.") @Pattern("^(True|False|Unknown)$")
        String status,

        @Required
        @JsonPropertyDescription("Why, as one CamelCase word that does not change between versions.")
        @Size(max = 64)
        String reason,

        @JsonPropertyDescription("Why, in a sentence that a person can act on.") @Size(max = 4096)
        String message,

        @JsonPropertyDescription("The generation of the spec that this condition speaks of.") @Nullable
        Long observedGeneration,

        @Required @JsonPropertyDescription("When the status last changed.") @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant lastTransitionTime) {

    /** True once the task succeeded, False once it cannot any more, Unknown until then. */
    public static final String SUCCEEDED = "Succeeded";
    /** True in every terminal phase. */
    public static final String FINISHED = "Finished";
    /** True once the task has left the queue. */
    public static final String ADMITTED = "Admitted";
    /** True if the platform ran the checks itself on the delivered commit and none says otherwise. */
    public static final String VERIFIED = "Verified";
    /** True once the result is where the task asked for it. */
    public static final String DELIVERED = "Delivered";
    /** True if the result merged on trial with its base and with the other results for the same branch. */
    public static final String MERGES_CLEANLY = "MergesCleanly";

    public Condition {
        message = Absent.toEmpty(message);
    }
}
