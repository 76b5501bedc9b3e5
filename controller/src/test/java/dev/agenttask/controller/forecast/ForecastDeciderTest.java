package dev.agenttask.controller.forecast;

import static dev.agenttask.controller.forecast.ForecastGroupTest.group;
import static dev.agenttask.controller.forecast.TestResults.START;
import static dev.agenttask.controller.forecast.TestResults.delivered;
import static dev.agenttask.controller.forecast.TestResults.merging;
import static dev.agenttask.controller.forecast.TestResults.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Forecast;
import dev.agenttask.controller.forecast.ForecastDecider.ObservedPod;
import dev.agenttask.controller.forecast.ForecastDecider.Step;
import dev.agenttask.controller.task.ForecastNews;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ForecastDeciderTest {

    private static final Instant NOW = START.plusSeconds(100);

    private final ForecastTries tries = new ForecastTries();
    private final ForecastDecider decider = new ForecastDecider(new ForecastRules(true, Duration.ofSeconds(30)));
    private final ForecastGroup pair = group(delivered("one", 1), delivered("two", 2));

    @Test
    void a_pod_is_started_for_a_group_that_is_due_and_one_at_a_time() {
        assertThat(steps(List.of(pair), List.of())).containsExactly(new Step.Start(pair));
        assertThat(steps(List.of(pair), List.of(pod(pair, new ForecastPodState.Running(START)))))
                .isEmpty();
    }

    @Test
    void nothing_is_started_before_the_quiet_time_is_over() {
        var waiting = group(delivered("one", 1), delivered("two", 80), running("three"));
        assertThat(steps(List.of(waiting), List.of())).isEmpty();
        assertThat(decider.decide(List.of(waiting), List.of(), tries, NOW.plusSeconds(10))
                        .steps())
                .hasSize(1);
    }

    @Test
    void no_more_than_two_pods_run_whatever_is_due() {
        var groups = IntStream.range(0, 5)
                .mapToObj(i -> {
                    var one = delivered("one-" + i, 9 - i);
                    var two = delivered("two-" + i, 9 - i);
                    one.getMetadata().setNamespace("n" + i);
                    two.getMetadata().setNamespace("n" + i);
                    return group(one, two);
                })
                .toList();
        assertThat(steps(groups, List.of()))
                .containsExactly(new Step.Start(groups.get(4)), new Step.Start(groups.get(3)));
        var one = pod(groups.get(0), new ForecastPodState.Running(START));
        assertThat(steps(groups, List.of(one))).containsExactly(new Step.Start(groups.get(4)));
    }

    @Test
    void a_pod_that_ended_is_read_told_and_deleted_when_every_status_has_it() {
        var ended = pod(pair, new ForecastPodState.Answered(NOW));
        assertThat(steps(List.of(pair), List.of(ended))).containsExactly(new Step.Read(ended, pair, NOW));

        var said = Map.of("one-uid", merging("one", 100), "two-uid", merging("two", 100));
        var read = said(ended, said);
        var decision = decider.decide(List.of(pair), List.of(read), tries, NOW);
        assertThat(decision.steps()).isEmpty();
        assertThat(decision.news()).containsEntry("one-uid", new ForecastNews.Told(merging("one", 100)));

        var half = group(delivered("one", 1, merging("one", 100)), delivered("two", 2));
        assertThat(decider.decide(List.of(half), List.of(read), tries, NOW).news())
                .containsOnlyKeys("two-uid");

        var all = group(delivered("one", 1, merging("one", 100)), delivered("two", 2, merging("two", 100)));
        var last = decider.decide(List.of(all), List.of(read), tries, NOW);
        assertThat(last.steps()).containsExactly(new Step.Delete(read));
        assertThat(last.news()).isEmpty();
    }

    @Test
    void a_status_that_cannot_be_written_does_not_keep_the_pod_for_ever() {
        var read = said(
                pod(pair, new ForecastPodState.Answered(NOW.minusSeconds(601))),
                Map.of("one-uid", merging("one", 100)));
        assertThat(steps(List.of(pair), List.of(read))).containsExactly(new Step.Delete(read));
    }

    @Test
    void a_pod_that_nobody_waits_for_is_deleted() {
        var orphan = pod(pair, new ForecastPodState.Running(START));
        assertThat(steps(List.of(), List.of(orphan))).containsExactly(new Step.Delete(orphan));
        var elsewhere = new ObservedPod(
                "other", "forecast-x", pair.key().id(), false, new ForecastPodState.Running(START), Optional.empty());
        assertThat(steps(List.of(), List.of(elsewhere))).containsExactly(new Step.Delete(elsewhere));
    }

    @Test
    void a_failure_is_counted_and_tried_again_later_a_few_times() {
        var failed = pod(pair, new ForecastPodState.Failed("The repository is away."));
        assertThat(steps(List.of(pair), List.of(failed)))
                .containsExactly(new Step.Fail(pair, "The repository is away."), new Step.Delete(failed));

        assertThat(tries.failed(pair.key(), NOW)).isFalse();
        assertThat(steps(List.of(pair), List.of())).isEmpty();
        assertThat(decider.wantsStart(List.of(pair), tries, NOW.plusSeconds(59)))
                .isFalse();
        assertThat(decider.wantsStart(List.of(pair), tries, NOW.plusSeconds(60)))
                .isTrue();
        assertThat(tries.failed(pair.key(), NOW)).isFalse();
        assertThat(decider.wantsStart(List.of(pair), tries, NOW.plusSeconds(299)))
                .isFalse();
        assertThat(decider.wantsStart(List.of(pair), tries, NOW.plusSeconds(300)))
                .isTrue();
        assertThat(tries.failed(pair.key(), NOW)).isTrue();
        assertThat(decider.wantsStart(List.of(pair), tries, NOW.plusSeconds(301)))
                .isFalse();
    }

    @Test
    void a_pod_that_never_ends_is_a_failure() {
        var stuck = pod(pair, new ForecastPodState.Running(NOW.minus(Duration.ofMinutes(15))));
        assertThat(steps(List.of(pair), List.of(stuck))).hasSize(2).first().isInstanceOf(Step.Fail.class);
    }

    @Test
    void a_pod_that_is_being_deleted_is_waited_for() {
        var ending = new ObservedPod(
                "team", pair.name(), pair.key().id(), true, new ForecastPodState.Running(START), Optional.empty());
        assertThat(steps(List.of(pair), List.of(ending))).isEmpty();
    }

    private List<Step> steps(List<ForecastGroup> groups, List<ObservedPod> pods) {
        return decider.decide(groups, pods, tries, NOW).steps();
    }

    private static ObservedPod pod(ForecastGroup group, ForecastPodState state) {
        return new ObservedPod(
                group.key().namespace(), group.name(), group.key().id(), false, state, Optional.empty());
    }

    private static ObservedPod said(ObservedPod pod, Map<String, Forecast> said) {
        return new ObservedPod(pod.namespace(), pod.name(), pod.group(), pod.ending(), pod.state(), Optional.of(said));
    }
}
