package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What the work started from. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Base(
        @JsonPropertyDescription("The branch or tag, as the remote names it.")
        String ref,

        @JsonPropertyDescription("Id of the commit.") String commit) {

    public Base {
        ref = Absent.toEmpty(ref);
        commit = Absent.toEmpty(commit);
    }
}
