package dev.agenttask.api.forecast;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.agenttask.api.Absent;
import java.util.List;

/**
 * Which results are to be merged with each other on trial. Written by the controller into the Secret of the forecast.
 *
 * @param url address of the repository
 * @param ref the branch or tag that the results are to be merged into, as the remote or a person names it; empty for what
 *     the remote's HEAD names
 * @param heads the results, in the order in which they were finished
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ForecastPlan(String url, String ref, List<Head> heads) {

    /** The role of the worker image, and the name of the container. */
    public static final String ROLE = "forecast";
    /** Name of the plan's file, where {@code PodLayout.PLAN} is mounted. */
    public static final String FILE = "forecast.json";
    /** So many results are looked at together, at most. */
    public static final int MAX_HEADS = 200;

    public ForecastPlan {
        ref = Absent.toEmpty(ref);
        heads = Absent.toEmpty(heads);
    }

    /**
     * One delivered result.
     *
     * @param task name of the task
     * @param branch that was pushed
     * @param commit that was pushed
     * @param base id of the commit that the work started from
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Head(String task, String branch, String commit, String base) {

        public Head {
            base = Absent.toEmpty(base);
        }
    }
}
