package dev.agenttask.controller.task;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Forecast;
import dev.agenttask.api.Forecast.Conflict;
import dev.agenttask.api.Phase;
import dev.agenttask.controller.task.Decision.TaskEvent;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Puts what was found out about a result into the status of its task, and says it in words. */
final class MergeForecast {

    /** More are in the status. */
    private static final int NAMED_PARTNERS = 3;

    private static final int NAMED_PATHS = 3;
    private static final int SHORT_ID = 7;
    private static final String HEADS = "refs/heads/";

    private MergeForecast() {}

    /** Changes the draft if there is something new, and returns what people are told. */
    static List<TaskEvent> fold(Observed observed, StatusDraft draft) {
        var status = observed.status();
        var news = observed.forecast().filter(n -> speaksOf(n, status));
        if (news.isEmpty()) {
            return List.of();
        }
        return switch (news.get()) {
            case ForecastNews.GivenUp givenUp -> {
                draft.unknown(Condition.MERGES_CLEANLY, Reasons.FORECAST_FAILED, givenUp.message());
                yield List.of();
            }
            case ForecastNews.Told told -> fold(told.forecast(), status, draft);
        };
    }

    private static boolean speaksOf(ForecastNews news, AgentTaskStatus status) {
        return status.phase() == Phase.SUCCEEDED
                && status.result() != null
                && status.result().commit().equals(news.commit());
    }

    private static List<TaskEvent> fold(Forecast forecast, AgentTaskStatus status, StatusDraft draft) {
        var recorded = Optional.ofNullable(status.forecast());
        if (recorded.filter(r -> r.saysTheSameAs(forecast) || isNewer(r, forecast))
                .isPresent()) {
            return List.of();
        }
        draft.forecast(forecast);
        var message = words(forecast);
        switch (forecast.state()) {
            case COMPARED -> {
                if (forecast.conflictCount() == 0) {
                    draft.yes(Condition.MERGES_CLEANLY, Reasons.NO_CONFLICTS, message);
                } else {
                    draft.no(Condition.MERGES_CLEANLY, Reasons.CONFLICT_FORECAST, message);
                }
            }
            case MERGED -> draft.yes(Condition.MERGES_CLEANLY, Reasons.ALREADY_MERGED, message);
            case GONE -> draft.unknown(Condition.MERGES_CLEANLY, Reasons.BRANCH_GONE, message);
            case MOVED -> draft.unknown(Condition.MERGES_CLEANLY, Reasons.BRANCH_MOVED, message);
            case INCOMPARABLE -> draft.unknown(Condition.MERGES_CLEANLY, Reasons.NOT_COMPARABLE, message);
        }
        var said = status.condition(Condition.MERGES_CLEANLY)
                .filter(c -> c.message().equals(message))
                .isPresent();
        return !said && hasMore(forecast, recorded)
                ? List.of(new TaskEvent(true, Reasons.CONFLICT_FORECAST, message))
                : List.of();
    }

    private static boolean isNewer(Forecast recorded, Forecast other) {
        return recorded.observedAt() != null
                && other.observedAt() != null
                && recorded.observedAt().isAfter(other.observedAt());
    }

    /** Whether it conflicts with something that nobody was told of. */
    private static boolean hasMore(Forecast forecast, Optional<Forecast> recorded) {
        var known = recorded.stream()
                .flatMap(r -> r.conflicts().stream())
                .map(Conflict::task)
                .collect(Collectors.toSet());
        return forecast.conflicts().stream().anyMatch(conflict -> !known.contains(conflict.task()));
    }

    private static String words(Forecast forecast) {
        if (forecast.state() != Forecast.State.COMPARED) {
            return forecast.note();
        }
        var base = Optional.ofNullable(forecast.base())
                .map(b -> b.ref().replaceFirst("^" + HEADS, "") + " at "
                        + b.commit().substring(0, Math.min(SHORT_ID, b.commit().length())))
                .orElse("its base");
        if (forecast.conflictCount() == 0) {
            return "It merges into " + base
                    + (forecast.comparedWith() == 0
                            ? "."
                            : " and with " + count(forecast.comparedWith(), "other result")
                                    + ". Suggested order: number " + forecast.position() + " of " + forecast.of()
                                    + ".");
        }
        if (forecast.conflicts().stream().anyMatch(Conflict::isWithBase)) {
            return "It does not merge into " + base + ", which has changed since: "
                    + paths(forecast.conflicts().getFirst())
                    + ". Bring the branch up to date; it was not compared with other results.";
        }
        var named = forecast.conflicts().stream().limit(NAMED_PARTNERS).toList();
        return "Merged into " + base + ", it conflicts with "
                + named.stream().map(MergeForecast::partner).collect(Collectors.joining("; "))
                + more(forecast.conflictCount() - named.size(), "; and ", " others")
                + ". Suggested order: number " + forecast.position() + " of " + forecast.of()
                + ". Whichever is merged second needs its conflicts resolved.";
    }

    private static String partner(Conflict conflict) {
        return conflict.task() + " in " + paths(conflict);
    }

    private static String paths(Conflict conflict) {
        var named = conflict.paths().stream().limit(NAMED_PATHS).toList();
        return named.isEmpty()
                ? count(conflict.pathCount(), "file")
                : String.join(", ", named) + more(conflict.pathCount() - named.size(), " and ", " more");
    }

    private static String more(int count, String before, String after) {
        return count <= 0 ? "" : before + count + after;
    }

    private static String count(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }
}
