package dev.agenttask.api.forecast;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.agenttask.api.Absent;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.Base;
import dev.agenttask.api.Forecast;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of merging results on trial: the last line of the pod's log that starts with {@value #MARK}.
 *
 * @param base what they were merged into
 * @param heads what is said of each result, in the order of the plan
 * @param conflicts pairs that do not merge, the first {@link Forecast#MAX_CONFLICTS} of each result
 * @param overlapping how many pairs touch the same paths
 * @param merges how many pairs were merged; the others of those that overlap make the same changes
 * @param millis how long it took
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ForecastAnswer(
        Base base, List<Head> heads, List<Conflict> conflicts, int overlapping, int merges, long millis) {

    /** Bytes of the line, at most. */
    public static final int MAX_BYTES = 1 << 20;

    private static final String MARK = "agenttask-forecast: ";

    public ForecastAnswer {
        heads = Absent.toEmpty(heads);
        conflicts = Absent.toEmpty(conflicts);
    }

    /**
     * What is said of one result.
     *
     * @param task name of the task
     * @param branch that was pushed
     * @param commit that was pushed
     * @param state whether it was compared
     * @param note why not, in a sentence
     * @param position 1 for the one to merge first; 0 if it was not compared
     * @param conflicts how many others it does not merge with, the base being one
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Head(
            String task, String branch, String commit, Forecast.State state, String note, int position, int conflicts) {

        public Head {
            note = Absent.toEmpty(note);
        }
    }

    /**
     * Two results that do not merge, or one and the base.
     *
     * @param head index of the one
     * @param other index of the other; null for the base
     * @param pathCount how many paths conflict
     * @param paths the first of them
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Conflict(int head, @Nullable Integer other, int pathCount, List<String> paths) {

        public Conflict {
            paths = Absent.toEmpty(paths);
        }
    }

    /** This answer, which took so long. */
    public ForecastAnswer took(long time) {
        return new ForecastAnswer(base, heads, conflicts, overlapping, merges, time);
    }

    /** As the line of the log. */
    public String toLine() {
        return MARK + AgentTaskJson.text(this);
    }

    /** Reads the log of a pod; empty if there is no answer in it, or not a whole one. */
    public static Optional<ForecastAnswer> find(String log) {
        return log.lines()
                .filter(line -> line.startsWith(MARK))
                .reduce((before, after) -> after)
                .flatMap(line -> parse(line.substring(MARK.length())))
                .filter(ForecastAnswer::consistent);
    }

    private static Optional<ForecastAnswer> parse(String json) {
        try {
            return Optional.ofNullable(AgentTaskJson.MAPPER.readValue(json, ForecastAnswer.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private boolean consistent() {
        return base != null
                && heads.size() <= ForecastPlan.MAX_HEADS
                && heads.stream()
                        .allMatch(
                                h -> h.task() != null && h.branch() != null && h.commit() != null && h.state() != null)
                && heads.stream().allMatch(h -> h.position() >= 0 && h.position() <= heads.size() && h.conflicts() >= 0)
                && conflicts.stream().allMatch(c -> among(c.head()) && (c.other() == null || among(c.other())));
    }

    private boolean among(int index) {
        return index >= 0 && index < heads.size();
    }
}
