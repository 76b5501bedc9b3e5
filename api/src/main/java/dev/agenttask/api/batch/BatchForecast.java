package dev.agenttask.api.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.agenttask.api.Absent;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Whether the results of a batch merge with each other and with their base, as the statuses of its tasks say. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record BatchForecast(
        @JsonPropertyDescription("How many results were compared.")
        int compared,

        @JsonPropertyDescription("How many of them do not merge with another result or with the base.")
        int conflicting,

        @JsonPropertyDescription("How many pairs of tasks of this batch do not merge, as far as the tasks name them.")
        int conflictingPairs,

        @JsonPropertyDescription("The first of those pairs.") @Size(max = MAX_PAIRS)
        List<Pair> pairs,

        @JsonPropertyDescription(
                "The first tasks in the suggested order of merging. Those that no longer merge once the"
                        + " ones before them are merged come last.")
        @Size(max = MAX_ORDER)
        List<String> mergeOrder) {

    /** So many pairs are named. */
    public static final int MAX_PAIRS = 10;
    /** So many tasks of the order are named. */
    public static final int MAX_ORDER = 100;

    public BatchForecast {
        pairs = Absent.toEmpty(pairs);
        mergeOrder = Absent.toEmpty(mergeOrder);
    }

    /** Two tasks whose results do not merge. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Pair(
            @JsonPropertyDescription("Name of the one task.") @Size(max = 63)
            String task,

            @JsonPropertyDescription("Name of the other.") @Size(max = 63)
            String with,

            @JsonPropertyDescription("The first path that conflicts.") @Size(max = 256)
            String path) {}
}
