package dev.agenttask.api.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.agenttask.api.Absent;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a person asks for. The template and the items never change; how they are worked through may. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "size(self.items) <= " + AgentTaskBatchSpec.MAX_ITEMS,
        fieldPath = ".items",
        message = "must be at most 1000: split them over several AgentTaskBatches, each with the same template")
public record AgentTaskBatchSpec(
        @Required @JsonPropertyDescription("The task that every item is made of.")
        BatchTemplate template,

        @Required
        @JsonPropertyDescription("One task each, in the order in which they are started. At most 1000.")
        @Size(min = 1, max = 10000)
        List<BatchItem> items,

        @Default("0")
        @Min(0)
        @Max(1000)
        @JsonPropertyDescription(
                "How many of the tasks may be unfinished at a time. 0: as many as there are; the operator's own slots"
                        + " bound what runs in any case.")
        int parallelism,

        @Default("0")
        @Min(0)
        @Max(1000)
        @JsonPropertyDescription(
                "How many items go first: the others start once each of these has succeeded, and not at all if one of"
                        + " them does not.")
        int canary,

        @Min(0)
        @Max(1000)
        @JsonPropertyDescription(
                "How many tasks may fail: with one more, nothing further is started. What runs then goes on to its"
                        + " end. Not given: any number.")
        @Nullable
        Integer maxFailures,

        @Default("false")
        @JsonPropertyDescription(
                "Starts nothing more, and suspends the unfinished tasks: what runs is stopped with its work salvaged,"
                        + " and queued again when this is lifted.")
        boolean suspend,

        @Default("false") @JsonPropertyDescription("Ends the batch for good, and cancels its unfinished tasks.")
        boolean cancel,

        @Min(0)
        @Max(315360000)
        @JsonPropertyDescription(
                "Seconds after which a finished batch is deleted, with its tasks. Not given: it is kept.")
        @Nullable
        Integer ttlSecondsAfterFinished) {

    /** As many as the size of an object in Kubernetes has room for, with parameters of usual length. */
    public static final int MAX_ITEMS = 1000;

    public AgentTaskBatchSpec {
        items = Absent.toEmpty(items);
    }
}
