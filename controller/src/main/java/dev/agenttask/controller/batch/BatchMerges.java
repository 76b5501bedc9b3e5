package dev.agenttask.controller.batch;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Forecast;
import dev.agenttask.api.batch.BatchForecast;
import dev.agenttask.api.batch.BatchForecast.Pair;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the statuses of tasks together say about merging their results. */
final class BatchMerges {

    private final List<Told> told;
    private final Set<String> names;

    private BatchMerges(List<Told> told) {
        this.told = told;
        this.names = told.stream().map(Told::task).collect(Collectors.toSet());
    }

    private record Told(String task, String url, Forecast forecast) {

        static Optional<Told> of(AgentTask task) {
            return Optional.ofNullable(task.getStatus())
                    .flatMap(status -> Optional.ofNullable(status.forecast()))
                    .filter(forecast -> forecast.state() == Forecast.State.COMPARED)
                    .map(forecast -> new Told(
                            task.getMetadata().getName(),
                            task.getSpec().repository().url(),
                            forecast));
        }
    }

    /** The summary; the recorded one as long as no task in sight says anything, as when they are deleted. */
    static Optional<BatchForecast> of(BatchObserved observed) {
        var told = observed.tasks().values().stream()
                .flatMap(task -> Told.of(task).stream())
                .sorted(Comparator.comparing(Told::task))
                .toList();
        return told.isEmpty()
                ? Optional.ofNullable(observed.status().forecast())
                : Optional.of(new BatchMerges(told).summary());
    }

    private BatchForecast summary() {
        var pairs = told.stream().flatMap(this::pairs).distinct().toList();
        return new BatchForecast(
                told.size(),
                (int) told.stream()
                        .filter(t -> t.forecast().conflictCount() > 0)
                        .count(),
                (int) pairs.stream()
                        .map(pair -> List.of(pair.task(), pair.with()))
                        .distinct()
                        .count(),
                pairs.stream().limit(BatchForecast.MAX_PAIRS).toList(),
                order());
    }

    /** Each pair once, whichever of the two names it. */
    private Stream<Pair> pairs(Told one) {
        return one.forecast().conflicts().stream()
                .filter(conflict -> names.contains(conflict.task()))
                .map(conflict -> {
                    var path = conflict.paths().stream().findFirst().orElse("");
                    return one.task().compareTo(conflict.task()) < 0
                            ? new Pair(one.task(), conflict.task(), path)
                            : new Pair(conflict.task(), one.task(), path);
                });
    }

    private List<String> order() {
        return told.stream()
                .filter(t -> t.forecast().position() > 0)
                .sorted(Comparator.comparing(Told::url)
                        .thenComparingInt(t -> t.forecast().position()))
                .map(Told::task)
                .limit(BatchForecast.MAX_ORDER)
                .toList();
    }
}
