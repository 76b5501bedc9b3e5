package dev.agenttask.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import dev.agenttask.api.Usage;
import dev.agenttask.api.VerificationResult.Verdict;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import io.micrometer.core.instrument.MockClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TaskMetricsTest {

    private static final TaskId FIX = new TaskId("team", "fix", "uid-1");

    private final MockClock clock = new MockClock();
    private final Prometheus prometheus = new Prometheus(clock);
    private final TaskMetrics metrics = new TaskMetrics(prometheus.registry());

    @Test
    void the_replica_that_leads_shows_a_one_for_as_long_as_it_leads() {
        var leads = new AtomicBoolean();
        metrics.observeLeader(leads::get);
        assertThat(scrape()).contains("agenttask_leader 0.0");
        leads.set(true);
        assertThat(scrape()).contains("agenttask_leader 1.0");
    }

    @Test
    void a_running_task_shows_its_step_and_its_age() {
        metrics.runs(running(FIX, "agent", 7));
        clock.add(Duration.ofSeconds(30));
        assertThat(scrape())
                .contains(
                        "agenttask_task_age_seconds{namespace=\"team\",task=\"fix\",} 30.0",
                        "agenttask_task_step_age_seconds{namespace=\"team\",step=\"agent\",task=\"fix\",} 30.0",
                        "agenttask_task_deadline_seconds{namespace=\"team\",task=\"fix\",} 3600.0",
                        "agenttask_task_attempt{namespace=\"team\",task=\"fix\",} 1.0",
                        "agenttask_task_progress_sequence{namespace=\"team\",task=\"fix\",} 7.0",
                        "agenttask_task_usage_tokens{namespace=\"team\",task=\"fix\",type=\"input\",} 40.0",
                        "agenttask_task_usage_tokens{namespace=\"team\",task=\"fix\",type=\"cached\",} 60.0",
                        "agenttask_task_usage_tokens{namespace=\"team\",task=\"fix\",type=\"output\",} 8.0",
                        "agenttask_task_usage_cost_usd{namespace=\"team\",task=\"fix\",} 0.25");
    }

    @Test
    void the_next_step_takes_the_place_of_the_one_before_and_begins_anew() {
        metrics.runs(running(FIX, "agent", 7));
        clock.add(Duration.ofSeconds(30));
        metrics.runs(running(FIX, "verify", 8));
        clock.add(Duration.ofSeconds(5));
        assertThat(scrape())
                .contains(
                        "agenttask_task_age_seconds{namespace=\"team\",task=\"fix\",} 35.0",
                        "agenttask_task_step_age_seconds{namespace=\"team\",step=\"verify\",task=\"fix\",} 5.0")
                .doesNotContain("step=\"agent\"");
    }

    @Test
    void a_task_that_is_over_leaves_no_series_behind() {
        metrics.runs(running(FIX, "agent", 7));
        metrics.runs(running(FIX, "deliver", 9));
        metrics.runsNoMore(FIX);
        assertThat(scrape()).doesNotContain("agenttask_task_", "\"fix\"");
        assertThat(prometheus.registry().getMeters())
                .noneMatch(m -> m.getId().getName().startsWith("agenttask.task."));
    }

    @Test
    void a_task_that_vanishes_without_a_word_leaves_no_series_behind() {
        metrics.runs(running(FIX, "agent", 7));
        metrics.runs(running(new TaskId("team", "other", "uid-2"), "agent", 7));
        metrics.drop(Set.of("uid-1"));
        assertThat(scrape()).doesNotContain("\"fix\"").contains("task=\"other\"");
    }

    @Test
    void the_end_of_a_task_is_not_that_of_a_later_one_of_the_same_name() {
        metrics.runs(running(FIX, "agent", 7));
        metrics.runs(running(new TaskId("team", "fix", "uid-9"), "clone", 1));
        metrics.runsNoMore(FIX);
        assertThat(scrape()).contains("step=\"clone\"").doesNotContain("step=\"agent\"");
    }

    @Test
    void no_more_than_a_thousand_tasks_are_shown_by_name() {
        IntStream.rangeClosed(0, RunningTasks.MAX)
                .forEach(i -> metrics.runs(running(new TaskId("team", "t" + i, "uid" + i), "agent", 1)));
        assertThat(prometheus.samples("agenttask_task_age_seconds{")).hasSize(RunningTasks.MAX);
    }

    @Test
    void tasks_are_counted_by_namespace_and_phase_at_the_scrape() {
        var tasks = new ArrayList<>(List.of(new Placed("team", Phase.RUNNING), new Placed("team", Phase.RUNNING)));
        metrics.observe(tasks::stream, Stream::of);
        metrics.show("team");
        assertThat(scrape())
                .contains(
                        "agenttask_tasks{namespace=\"team\",phase=\"Running\",} 2.0",
                        "agenttask_tasks{namespace=\"team\",phase=\"Failed\",} 0.0");
        tasks.removeFirst();
        clock.add(1, TimeUnit.SECONDS);
        assertThat(scrape()).contains("agenttask_tasks{namespace=\"team\",phase=\"Running\",} 1.0");
    }

    @Test
    void namespaces_beyond_the_bound_are_one() {
        var places = IntStream.range(0, 60)
                .mapToObj(i -> new Placed("n" + i, Phase.FAILED))
                .toList();
        metrics.observe(places::stream, Stream::of);
        places.forEach(place -> metrics.show(place.namespace()));
        assertThat(scrape())
                .contains(
                        "agenttask_tasks{namespace=\"n49\",phase=\"Failed\",} 1.0",
                        "agenttask_tasks{namespace=\"other\",phase=\"Failed\",} 10.0")
                .doesNotContain("\"n50\"");
    }

    @Test
    void the_first_end_in_a_namespace_is_an_increase_from_zero() {
        metrics.show("team");
        var name = "agenttask_tasks_finished_total{namespace=\"team\",phase=\"Succeeded\",verified=\"True\",} ";
        assertThat(scrape()).contains(name + "0.0");
        metrics.taskFinished("team", Phase.SUCCEEDED, "True");
        metrics.verified("team", Verdict.PASSED);
        assertThat(scrape())
                .contains(name + "1.0", "agenttask_verifications_total{namespace=\"team\",verdict=\"Passed\",} 1.0");
    }

    @Test
    void usage_is_counted_by_namespace_and_model_and_cached_tokens_are_not_counted_twice() {
        metrics.used("team", "", new Usage(100, 40, 7, "0.5"));
        metrics.used("team", "", new Usage(10, 0, 1, "0.25"));
        assertThat(scrape())
                .contains(
                        "agenttask_usage_tokens_total{model=\"default\",namespace=\"team\",type=\"input\",} 70.0",
                        "agenttask_usage_tokens_total{model=\"default\",namespace=\"team\",type=\"cached\",} 40.0",
                        "agenttask_usage_tokens_total{model=\"default\",namespace=\"team\",type=\"output\",} 8.0",
                        "agenttask_usage_cost_usd_total{model=\"default\",namespace=\"team\",} 0.75");
    }

    private RunningTask running(TaskId task, String step, long sequence) {
        var begun = Instant.ofEpochMilli(new MockClock().wallTime());
        return new RunningTask(
                task, 1, begun, Duration.ofHours(1), step, begun, sequence, new Usage(100, 60, 8, "0.25"));
    }

    private String scrape() {
        return prometheus.scrape();
    }
}
