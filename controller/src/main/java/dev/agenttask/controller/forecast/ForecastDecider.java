package dev.agenttask.controller.forecast;

import dev.agenttask.api.Forecast;
import dev.agenttask.controller.task.ForecastNews;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decides what must happen for forecasts: from what was observed and the time, and from nothing else. */
public final class ForecastDecider {

    private final ForecastRules rules;

    public ForecastDecider(ForecastRules rules) {
        this.rules = rules;
    }

    /**
     * A pod that compares.
     *
     * @param namespace of the pod
     * @param name of the pod
     * @param group {@link ForecastKey#id} of what it compares
     * @param ending whether it is marked for deletion
     * @param state how far it is
     * @param said what it has answered, by the UID of the task; empty until that was read
     */
    public record ObservedPod(
            String namespace,
            String name,
            String group,
            boolean ending,
            ForecastPodState state,
            Optional<Map<String, Forecast>> said) {

        /** Namespace and name. */
        public String key() {
            return namespace + "/" + name;
        }

        /** Whether nothing runs in it any more. */
        public boolean over() {
            return !(state instanceof ForecastPodState.Running);
        }
    }

    /** What is to be done. Each may be done twice without harm. */
    public sealed interface Step {

        /** Start a pod. */
        record Start(ForecastGroup group) implements Step {}

        /** Read what a pod has answered about a group. */
        record Read(ObservedPod pod, ForecastGroup group, Instant finishedAt) implements Step {}

        /** Count a failure, and say why. */
        record Fail(ForecastGroup group, String message) implements Step {}

        /** Delete a pod and what belongs to it. */
        record Delete(ObservedPod pod) implements Step {}
    }

    /**
     * What must happen now.
     *
     * @param steps to be done in this order
     * @param news that is not in the statuses yet, by the UID of the task
     */
    public record Decision(List<Step> steps, Map<String, ForecastNews> news) {}

    /** Decides. The same observation at the same time always gives the same decision. */
    public Decision decide(List<ForecastGroup> groups, List<ObservedPod> pods, ForecastTries tries, Instant now) {
        var steps = new ArrayList<Step>();
        var news = new HashMap<String, ForecastNews>();
        var busy = new HashSet<String>();
        for (var pod : pods) {
            busy.add(pod.group());
            if (!pod.ending()) {
                var group = groups.stream()
                        .filter(g -> g.key().namespace().equals(pod.namespace()))
                        .filter(g -> g.key().id().equals(pod.group()))
                        .findFirst();
                group.ifPresentOrElse(
                        g -> steps.addAll(follow(pod, g, news, now)), () -> steps.add(new Step.Delete(pod)));
            }
        }
        due(groups, busy, tries, now).stream()
                .limit(Math.max(0, ForecastRules.MAX_PODS - pods.size()))
                .forEach(group -> steps.add(new Step.Start(group)));
        return new Decision(steps, news);
    }

    /** Whether a group is to be compared now, unless a pod does that already. */
    public boolean wantsStart(List<ForecastGroup> groups, ForecastTries tries, Instant now) {
        return !due(groups, Set.of(), tries, now).isEmpty();
    }

    private List<ForecastGroup> due(List<ForecastGroup> groups, Set<String> busy, ForecastTries tries, Instant now) {
        return groups.stream()
                .filter(ForecastGroup::needed)
                .filter(group -> !busy.contains(group.key().id()))
                .filter(group -> !now.isBefore(group.dueAt(rules.delay())))
                .filter(group -> !now.isBefore(tries.notBefore(group.key())))
                .sorted(Comparator.comparing(group -> group.dueAt(rules.delay())))
                .toList();
    }

    private static List<Step> follow(
            ObservedPod pod, ForecastGroup group, Map<String, ForecastNews> news, Instant now) {
        return switch (pod.state()) {
            case ForecastPodState.Running running ->
                now.isBefore(running.createdAt().plus(ForecastRules.POD_LIMIT))
                        ? List.of()
                        : List.of(
                                new Step.Fail(group, "The pod " + pod.name() + " did not end in time."),
                                new Step.Delete(pod));
            case ForecastPodState.Failed failed ->
                List.of(new Step.Fail(group, failed.message()), new Step.Delete(pod));
            case ForecastPodState.Answered answered -> answered(pod, group, answered.finishedAt(), news, now);
        };
    }

    /** A pod stays until what it has said is in every status: so nothing is lost if the controller dies in between. */
    private static List<Step> answered(
            ObservedPod pod, ForecastGroup group, Instant finishedAt, Map<String, ForecastNews> news, Instant now) {
        var tooLate = !now.isBefore(finishedAt.plus(ForecastRules.TELLING_LIMIT));
        if (pod.said().isEmpty()) {
            return tooLate
                    ? List.of(
                            new Step.Fail(group, "The log of pod " + pod.name() + " could not be read."),
                            new Step.Delete(pod))
                    : List.of(new Step.Read(pod, group, finishedAt));
        }
        var untold = 0;
        for (var result : group.results()) {
            var forecast = pod.said().get().get(result.task().uid());
            if (forecast != null
                    && forecast.commit().equals(result.commit())
                    && result.recorded().filter(forecast::saysTheSameAs).isEmpty()) {
                news.put(result.task().uid(), new ForecastNews.Told(forecast));
                untold++;
            }
        }
        return untold == 0 || tooLate ? List.of(new Step.Delete(pod)) : List.of();
    }
}
