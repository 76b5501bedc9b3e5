package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a delivered result merges with its base and with the other results for the same branch. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Forecast(
        @Required
        @JsonPropertyDescription(
                "Compared, Merged, Gone, Moved or Incomparable: whether the result could be compared with"
                        + " others, or why not.")
        State state,

        @Required @JsonPropertyDescription("Id of the delivered commit that this speaks of.") @Size(max = 64)
        String commit,

        @JsonPropertyDescription("The branch or tag that the results were merged into on trial, and its commit then.")
        @Nullable
        Base base,

        @JsonPropertyDescription("How many other results it was compared with: 199 at most, the newest.")
        int comparedWith,

        @JsonPropertyDescription(
                "Its place in the suggested order of merging, from 1; 0 if it was not compared. Results"
                        + " that no longer merge once those before them are merged come last.")
        int position,

        @JsonPropertyDescription("How many results are in that order.")
        int of,

        @JsonPropertyDescription("How many it does not merge with. The base counts as one.")
        int conflictCount,

        @JsonPropertyDescription("The first of those.") @Size(max = MAX_CONFLICTS)
        List<Conflict> conflicts,

        @JsonPropertyDescription("Why it was not compared.") @Size(max = 512)
        String note,

        @JsonPropertyDescription("When that was found out.") @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
        Instant observedAt) {

    /** So many conflicts are named. */
    public static final int MAX_CONFLICTS = 8;
    /** So many paths of a conflict are named. */
    public static final int MAX_PATHS = 5;
    /** UTF-16 code units of a path, at most. */
    public static final int MAX_PATH = 200;

    /** Whether a result could be compared with others. */
    public enum State {
        /** It was merged with the base and with the others on trial. */
        @JsonProperty("Compared")
        COMPARED,
        /** The base has it. */
        @JsonProperty("Merged")
        MERGED,
        /** Its branch is not there any more. */
        @JsonProperty("Gone")
        GONE,
        /** Its branch is at another commit. */
        @JsonProperty("Moved")
        MOVED,
        /** It is too large, or not what git makes. */
        @JsonProperty("Incomparable")
        INCOMPARABLE;

        /** Whether nobody needs to look at that result again. */
        public boolean isFinal() {
            return switch (this) {
                case MERGED, GONE, MOVED -> true;
                case COMPARED, INCOMPARABLE -> false;
            };
        }
    }

    public Forecast {
        conflicts = Absent.toEmpty(conflicts);
        note = Absent.toEmpty(note);
    }

    /** What a result does not merge with. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Conflict(
            @JsonPropertyDescription("Name of the task with the other result; not given for the base.") @Size(max = 63)
            String task,

            @JsonPropertyDescription("The branch of the other result, or the base.") @Size(max = 255)
            String branch,

            @JsonPropertyDescription("The first paths that conflict; names that are not text as git quotes them.")
            @Size(max = MAX_PATHS)
            List<@Size(max = 256) String> paths,

            @JsonPropertyDescription("How many paths conflict.")
            int pathCount) {

        public Conflict {
            task = Absent.toEmpty(task);
            branch = Absent.toEmpty(branch);
            paths = Absent.toEmpty(paths);
        }

        /** Whether the result conflicts with the base. */
        @JsonIgnore
        public boolean isWithBase() {
            return task.isEmpty();
        }
    }

    /** Whether another one says the same, if at another time. */
    public boolean saysTheSameAs(Forecast other) {
        return at(other.observedAt).equals(other);
    }

    private Forecast at(@Nullable Instant time) {
        return new Forecast(state, commit, base, comparedWith, position, of, conflictCount, conflicts, note, time);
    }
}
