package dev.agenttask.controller.forecast;

import dev.agenttask.controller.task.ForecastNews;
import java.util.Map;
import java.util.Optional;

/** What was found out about results and is not in the statuses of their tasks yet. */
public final class ForecastBoard {

    private volatile Map<String, ForecastNews> news = Map.of();

    /** What is new of a task, by its UID. */
    public Optional<ForecastNews> latest(String uid) {
        return Optional.ofNullable(news.get(uid));
    }

    /** Replaces everything. */
    public void put(Map<String, ForecastNews> current) {
        news = Map.copyOf(current);
    }
}
