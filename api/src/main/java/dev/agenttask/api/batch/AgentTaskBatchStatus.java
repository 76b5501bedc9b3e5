package dev.agenttask.api.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.agenttask.api.Absent;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Usage;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to a batch, in a size that does not grow with its items: counts, and sets of item numbers as intervals.
 * What it says of an item that is over stays true when the item's task is deleted.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AgentTaskBatchStatus(
        @JsonPropertyDescription("The generation of the spec that this status speaks of.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription(
                "Where the batch is, for people: Canary, Running, Suspended, Stopping, Succeeded, Failed or Cancelled."
                        + " The last three are final.")
        @Nullable
        BatchPhase phase,

        @JsonPropertyDescription("Where the batch is, for machines: Succeeded, Finished, Valid and CanaryPassed.")
        @Size(max = 8)
        List<Condition> conditions,

        @JsonPropertyDescription("How many items there are.")
        int items,

        @JsonPropertyDescription("How many items have not been started.")
        int waiting,

        @JsonPropertyDescription("How many tasks are unfinished.")
        int active,

        @JsonPropertyDescription("How many tasks have succeeded.")
        int succeeded,

        @JsonPropertyDescription("How many tasks have failed.")
        int failed,

        @JsonPropertyDescription("How many tasks were cancelled, or deleted before they were over.")
        int cancelled,

        @JsonPropertyDescription("The unfinished tasks by their phase.")
        Map<Phase, Integer> phases,

        @JsonPropertyDescription("The tasks that failed or were cancelled, by the reason of their condition Succeeded.")
        Map<String, Integer> reasons,

        @JsonPropertyDescription(
                "The items that were started, as numbers from 0 in the order of the spec, such as 0-4,7.")
        String startedItems,

        @JsonPropertyDescription("The items whose task succeeded.")
        String succeededItems,

        @JsonPropertyDescription("The items whose task failed.")
        String failedItems,

        @JsonPropertyDescription("The items whose task was cancelled, or deleted before it was over.")
        String cancelledItems,

        @JsonPropertyDescription("The first items that did not succeed, and why.") @Size(max = 10)
        List<BatchProblem> problems,

        @JsonPropertyDescription(
                "What the agents of the tasks that are over say they used together, also of those deleted since.")
        @Nullable
        Usage usage,

        @JsonPropertyDescription("Whether the results merge with each other, where there is more than one.") @Nullable
        BatchForecast forecast) {

    /** The status of a batch that nobody has looked at yet. */
    public static final AgentTaskBatchStatus NONE = new AgentTaskBatchStatus(
            null, null, List.of(), 0, 0, 0, 0, 0, 0, Map.of(), Map.of(), "", "", "", "", List.of(), null, null);

    /** True once every item's parameters fit the template and the API server takes each task. */
    public static final String VALID = "Valid";
    /** True once the first items have succeeded, False if one of them did not. */
    public static final String CANARY_PASSED = "CanaryPassed";

    public AgentTaskBatchStatus {
        conditions = Absent.toEmpty(conditions);
        phases = Absent.toEmpty(phases);
        reasons = Absent.toEmpty(reasons);
        startedItems = Absent.toEmpty(startedItems);
        succeededItems = Absent.toEmpty(succeededItems);
        failedItems = Absent.toEmpty(failedItems);
        cancelledItems = Absent.toEmpty(cancelledItems);
        problems = Absent.toEmpty(problems);
    }

    /** This status, with what is known about merging the results. */
    public AgentTaskBatchStatus with(Optional<BatchForecast> merges) {
        return new AgentTaskBatchStatus(
                observedGeneration,
                phase,
                conditions,
                items,
                waiting,
                active,
                succeeded,
                failed,
                cancelled,
                phases,
                reasons,
                startedItems,
                succeededItems,
                failedItems,
                cancelledItems,
                problems,
                usage,
                merges.orElse(null));
    }

    /** The condition of that type, if it was ever set. */
    public Optional<Condition> condition(String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }
}
