package dev.agenttask.controller.forecast;

import dev.agenttask.api.Base;
import dev.agenttask.api.Forecast;
import dev.agenttask.api.Forecast.Conflict;
import dev.agenttask.api.Forecast.State;
import dev.agenttask.api.Texts;
import dev.agenttask.api.forecast.ForecastAnswer;
import dev.agenttask.api.forecast.ForecastAnswer.Head;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Turns what a pod has answered into what is said of each result. */
public final class ForecastReading {

    private static final int MAX_PATH = 256;
    private static final int MAX_BRANCH = 255;
    private static final int MAX_NOTE = 512;

    private final ForecastAnswer answer;
    private final Instant observedAt;
    private final Set<Integer> unfit;
    private final int compared;
    private final int ordered;

    private ForecastReading(ForecastAnswer answer, Instant observedAt) {
        this.answer = answer;
        this.observedAt = observedAt;
        this.unfit = answer.conflicts().stream()
                .filter(c -> c.other() == null)
                .map(ForecastAnswer.Conflict::head)
                .collect(Collectors.toSet());
        this.compared = (int) IntStream.range(0, answer.heads().size())
                .filter(this::isCompared)
                .count();
        this.ordered =
                (int) answer.heads().stream().filter(h -> h.position() > 0).count();
    }

    /**
     * What is said of each result that the answer speaks of and that is still the same, by the UID of its task.
     *
     * @param observedAt when the pod ended
     */
    public static Map<String, Forecast> of(ForecastAnswer answer, ForecastGroup group, Instant observedAt) {
        var reading = new ForecastReading(answer, observedAt);
        var forecasts = new HashMap<String, Forecast>();
        for (var result : group.results()) {
            IntStream.range(0, answer.heads().size())
                    .filter(i -> speaksOf(answer.heads().get(i), result))
                    .mapToObj(reading::forecast)
                    .findFirst()
                    .ifPresent(forecast -> forecasts.put(result.task().uid(), forecast));
        }
        return forecasts;
    }

    private static boolean speaksOf(Head head, Delivered result) {
        return head.task().equals(result.task().name()) && head.commit().equals(result.commit());
    }

    private Forecast forecast(int index) {
        var head = answer.heads().get(index);
        return new Forecast(
                head.state(),
                head.commit(),
                new Base(
                        Texts.cut(answer.base().ref(), MAX_BRANCH),
                        answer.base().commit()),
                isCompared(index) ? compared - 1 : 0,
                head.position(),
                ordered,
                head.conflicts(),
                conflicts(index),
                Texts.cut(head.note(), MAX_NOTE),
                observedAt);
    }

    /** With the others. */
    private boolean isCompared(int index) {
        return answer.heads().get(index).state() == State.COMPARED && !unfit.contains(index);
    }

    private List<Conflict> conflicts(int index) {
        return answer.conflicts().stream()
                .flatMap(conflict -> conflict(index, conflict).stream())
                .limit(Forecast.MAX_CONFLICTS)
                .toList();
    }

    private Optional<Conflict> conflict(int index, ForecastAnswer.Conflict conflict) {
        var partner = conflict.other();
        if (partner == null) {
            var ref = Texts.cut(answer.base().ref(), MAX_BRANCH);
            return conflict.head() == index ? Optional.of(conflict(conflict, "", ref)) : Optional.empty();
        }
        return Stream.of(conflict.head(), partner).noneMatch(i -> i == index)
                ? Optional.empty()
                : Optional.of(answer.heads().get(conflict.head() == index ? partner : conflict.head()))
                        .map(other -> conflict(conflict, other.task(), other.branch()));
    }

    private static Conflict conflict(ForecastAnswer.Conflict conflict, String task, String branch) {
        var paths = conflict.paths().stream()
                .limit(Forecast.MAX_PATHS)
                .map(path -> Texts.cut(path, MAX_PATH))
                .toList();
        return new Conflict(task, Texts.cut(branch, MAX_BRANCH), paths, conflict.pathCount());
    }
}
