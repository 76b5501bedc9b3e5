package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;

/** What a task delivered. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Result(
        @JsonPropertyDescription("The branch that was pushed.")
        String branch,

        @JsonPropertyDescription("Id of the delivered commit.")
        String commit,

        @JsonPropertyDescription("What to open or fetch: the branch.")
        String link,

        @JsonPropertyDescription("What was done, in a line.") @Size(max = 1024)
        String summary,

        @JsonPropertyDescription("How many files differ from the base.")
        int files,

        @JsonPropertyDescription("How many lines were added.")
        int insertions,

        @JsonPropertyDescription("How many lines were removed.")
        int deletions) {

    public Result {
        branch = Absent.toEmpty(branch);
        commit = Absent.toEmpty(commit);
        link = Absent.toEmpty(link);
        summary = Absent.toEmpty(summary);
    }
}
