package dev.agenttask.controller.forecast;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.forecast.ForecastPlan;
import dev.agenttask.controller.task.AttemptNames;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Results for one branch of one repository.
 *
 * @param key what they have in common
 * @param results the newest {@link ForecastPlan#MAX_HEADS} of them, the oldest first
 * @param underway whether tasks of the same repository are unfinished
 */
public record ForecastGroup(ForecastKey key, List<Delivered> results, boolean underway) {

    private static final int DIGITS = 8;

    public ForecastGroup {
        results = List.copyOf(results);
    }

    /** The groups of all tasks. */
    public static List<ForecastGroup> of(Stream<AgentTask> tasks) {
        var all = tasks.toList();
        var underway =
                all.stream().flatMap(task -> Place.ofUnfinished(task).stream()).collect(Collectors.toSet());
        var byKey = all.stream()
                .flatMap(task -> Delivered.of(task).stream())
                .collect(Collectors.groupingBy(Delivered::key));
        return byKey.entrySet().stream()
                .map(e -> of(e.getKey(), e.getValue(), underway))
                .toList();
    }

    private static ForecastGroup of(ForecastKey key, List<Delivered> all, Set<Place> underway) {
        var newest = all.stream()
                .sorted(Comparator.comparing(Delivered::finishedAt)
                        .thenComparing(d -> d.task().uid()))
                .skip(Math.max(0, all.size() - ForecastPlan.MAX_HEADS))
                .toList();
        return new ForecastGroup(key, newest, underway.contains(new Place(key.namespace(), key.url())));
    }

    /** Whether there is a result that nothing is known about, and another one to compare it with. */
    public boolean needed() {
        return results.size() > 1 && unanswered().findAny().isPresent();
    }

    /** When they are to be compared, if they are {@link #needed}: at once when no more are on their way. */
    public Instant dueAt(Duration delay) {
        var times = unanswered().map(Delivered::finishedAt).sorted().toList();
        if (!underway) {
            return times.getFirst();
        }
        var quiet = times.getLast().plus(delay);
        var patience = times.getFirst().plus(delay.multipliedBy(ForecastRules.PATIENCE));
        var due = quiet.isBefore(patience) ? quiet : patience;
        return lastForecast()
                .map(last -> last.plus(ForecastRules.PACE.multipliedBy(results.size())))
                .filter(due::isBefore)
                .orElse(due);
    }

    /** Results of which nothing is known. */
    public Stream<Delivered> unanswered() {
        return results.stream().filter(d -> !d.answered());
    }

    private Optional<Instant> lastForecast() {
        return results.stream()
                .flatMap(d -> d.recorded().stream())
                .flatMap(forecast -> Optional.ofNullable(forecast.observedAt()).stream())
                .max(Comparator.naturalOrder());
    }

    /** What the pod is to do. */
    public ForecastPlan plan() {
        return new ForecastPlan(
                key.url(),
                key.ref(),
                results.stream()
                        .map(d -> new ForecastPlan.Head(
                                d.task().name(),
                                d.branch(),
                                d.commit(),
                                d.base().commit()))
                        .toList());
    }

    /** Name of the pod, its Secret and its network policy: that of these very results. */
    public String name() {
        var heads = results.stream().map(d -> d.task().uid() + d.commit()).collect(Collectors.joining());
        return ForecastPlan.ROLE + "-" + key.id() + "-" + AttemptNames.hash(heads, DIGITS);
    }

    /** Where unfinished tasks may deliver one more result. */
    private record Place(String namespace, String url) {

        static Optional<Place> ofUnfinished(AgentTask task) {
            var status = task.getStatus();
            var over =
                    status != null && status.phase() != null && status.phase().terminal();
            return over || task.isMarkedForDeletion()
                    ? Optional.empty()
                    : Optional.of(new Place(
                            task.getMetadata().getNamespace(),
                            task.getSpec().repository().url()));
        }
    }
}
