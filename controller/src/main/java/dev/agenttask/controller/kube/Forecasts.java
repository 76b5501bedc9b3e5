package dev.agenttask.controller.kube;

import dev.agenttask.api.Forecast;
import dev.agenttask.api.Texts;
import dev.agenttask.api.forecast.ForecastAnswer;
import dev.agenttask.controller.forecast.Delivered;
import dev.agenttask.controller.forecast.ForecastBoard;
import dev.agenttask.controller.forecast.ForecastDecider;
import dev.agenttask.controller.forecast.ForecastDecider.ObservedPod;
import dev.agenttask.controller.forecast.ForecastDecider.Step;
import dev.agenttask.controller.forecast.ForecastGroup;
import dev.agenttask.controller.forecast.ForecastPodState;
import dev.agenttask.controller.forecast.ForecastReading;
import dev.agenttask.controller.forecast.ForecastTries;
import dev.agenttask.controller.task.ForecastNews;
import dev.agenttask.controller.task.Labels;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has delivered results compared, beside the work on tasks: looks at all tasks and at the pods that compare, decides, acts,
 * and has those tasks looked at of which there is something new. The statuses are written by their reconciler. Not for
 * several threads.
 */
final class Forecasts {

    private static final Logger LOG = LoggerFactory.getLogger(Forecasts.class);
    private static final int LONGEST_REASON = 1024;
    /** Pods that nobody knows of are looked for every so many times. */
    private static final int SEARCH = 15;

    private final TaskEvents events;
    private final ForecastPods pods;
    private final ForecastDecider decider;
    private final ForecastBoard board;
    private final InstantSource clock;
    private final ForecastTries tries = new ForecastTries();
    private final Map<String, Map<String, Forecast>> said = new HashMap<>();
    private final Map<String, ForecastNews.GivenUp> givenUp = new HashMap<>();
    private boolean mayHavePods = true;
    private int runs;

    Forecasts(TaskEvents events, ForecastPods pods, ForecastDecider decider, ForecastBoard board, InstantSource clock) {
        this.events = events;
        this.pods = pods;
        this.decider = decider;
        this.board = board;
        this.clock = clock;
    }

    /** Looks at everything once. What fails now is tried again the next time. */
    void run() {
        try {
            var now = clock.instant();
            var groups = ForecastGroup.of(events.tasks());
            var needed = groups.stream().filter(ForecastGroup::needed).toList();
            tries.keepOnly(needed.stream().map(ForecastGroup::key).collect(Collectors.toSet()));
            forgetGivenUp(needed);
            if (runs++ % SEARCH == 0 || mayHavePods || decider.wantsStart(needed, tries, now)) {
                step(groups, now);
            }
        } catch (RuntimeException e) {
            LOG.warn("Could not look after forecasts: {}", e.getMessage());
        }
    }

    private void step(List<ForecastGroup> groups, Instant now) {
        var found = pods.list();
        var observed = found.stream().map(this::observed).toList();
        said.keySet().retainAll(observed.stream().map(ObservedPod::key).toList());
        var decision = decider.decide(groups, observed, tries, now);
        mayHavePods = !found.isEmpty();
        for (var step : decision.steps()) {
            try {
                act(step, now);
            } catch (KubernetesClientException e) {
                LOG.warn("Could not do a step of a forecast: {}", e.getMessage());
            }
        }
        tell(groups, decision.news());
    }

    private void act(Step step, Instant now) {
        switch (step) {
            case Step.Start start -> start(start.group(), now);
            case Step.Read read -> read(read, now);
            case Step.Fail fail -> failed(fail.group(), fail.message(), now);
            case Step.Delete delete -> pods.delete(delete.pod());
        }
    }

    private void start(ForecastGroup group, Instant now) {
        LOG.info(
                "Comparing {} results: {}/{}",
                group.results().size(),
                group.key().namespace(),
                group.name());
        mayHavePods = true;
        pods.start(group).ifPresent(why -> failed(group, why, now));
    }

    private void read(Step.Read read, Instant now) {
        var pod = read.pod();
        var answer = ForecastAnswer.find(pods.log(pod));
        if (answer.isEmpty()) {
            failed(read.group(), "The log of pod " + pod.name() + " has no answer.", now);
            pods.delete(pod);
            return;
        }
        LOG.info(
                "{} has merged {} pairs, and names {} conflicts, after {} ms",
                pod.key(),
                answer.get().merges(),
                answer.get().conflicts().size(),
                answer.get().millis());
        tries.succeeded(read.group().key());
        said.put(pod.key(), ForecastReading.of(answer.get(), read.group(), read.finishedAt()));
    }

    private void failed(ForecastGroup group, String why, Instant now) {
        LOG.warn("Results could not be compared: {}/{}: {}", group.key().namespace(), group.name(), why);
        if (tries.failed(group.key(), now)) {
            var message = Texts.cut("It is not known whether the result conflicts with others: " + why, LONGEST_REASON);
            group.unanswered()
                    .forEach(result ->
                            givenUp.put(result.task().uid(), new ForecastNews.GivenUp(result.commit(), message)));
        }
    }

    /** Once it is in the status the result counts as answered; then nobody needs to be told any more. */
    private void forgetGivenUp(List<ForecastGroup> needed) {
        var open = needed.stream()
                .flatMap(ForecastGroup::unanswered)
                .map(result -> result.task().uid())
                .collect(Collectors.toSet());
        givenUp.keySet().retainAll(open);
    }

    private void tell(List<ForecastGroup> groups, Map<String, ForecastNews> news) {
        var all = new HashMap<String, ForecastNews>(givenUp);
        all.putAll(news);
        board.put(all);
        groups.stream()
                .flatMap(group -> group.results().stream())
                .map(Delivered::task)
                .filter(task -> all.containsKey(task.uid()))
                .forEach(events::wake);
    }

    private ObservedPod observed(Pod pod) {
        var metadata = pod.getMetadata();
        var key = metadata.getNamespace() + "/" + metadata.getName();
        return new ObservedPod(
                metadata.getNamespace(),
                metadata.getName(),
                metadata.getLabels().getOrDefault(Labels.FORECAST, ""),
                pod.isMarkedForDeletion(),
                ForecastPodState.of(pod),
                Optional.ofNullable(said.get(key)));
    }
}
