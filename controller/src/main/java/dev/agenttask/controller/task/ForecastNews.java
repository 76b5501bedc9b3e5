package dev.agenttask.controller.task;

import dev.agenttask.api.Forecast;

/** What was found out about a delivered result, beside the work on its task. */
public sealed interface ForecastNews {

    /** The delivered commit that it speaks of. */
    String commit();

    /** How it merges. */
    record Told(Forecast forecast) implements ForecastNews {

        @Override
        public String commit() {
            return forecast.commit();
        }
    }

    /**
     * That nothing is going to be found out, after several tries.
     *
     * @param message why, in a sentence
     */
    record GivenUp(String commit, String message) implements ForecastNews {}
}
