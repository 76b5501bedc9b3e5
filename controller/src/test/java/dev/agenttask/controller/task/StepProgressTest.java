package dev.agenttask.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.PodLayout;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StepProgressTest {

    private static final TestPods AT_WORK = TestPods.running(PodLayout.AGENT);

    @Test
    void without_kafka_the_step_comes_from_the_pod() {
        var story = Story.started().pods(AT_WORK);
        story.decide();
        assertThat(story.status().progress().step()).isEqualTo("agent");
        story.pods(TestPods.running(PodLayout.VERIFY)).decide();
        assertThat(story.status().progress().step()).isEqualTo("verify");
        assertThat(story.status().phase()).isEqualTo(Phase.VERIFYING);
        story.pods(TestPods.running(PodLayout.DELIVER)).decide();
        assertThat(story.status().progress().step()).isEqualTo("deliver");
        assertThat(story.status().phase()).isEqualTo(Phase.DELIVERING);
    }

    @Test
    void kafka_adds_the_finer_step_and_a_line() {
        var story = Story.started().pods(AT_WORK).progress(new LatestProgress(1, "setup", "installing", 7));
        story.decide();
        assertThat(story.status().progress().step()).isEqualTo("setup");
        assertThat(story.status().progress().message()).isEqualTo("installing");
        assertThat(story.status().progress().sequence()).isEqualTo(7);
    }

    @Test
    void progress_is_written_once_per_interval_at_most() {
        var story = Story.started().pods(AT_WORK).progress(new LatestProgress(1, "agent", "one", 1));
        story.decide();
        var held = story.after(Duration.ofSeconds(4))
                .progress(new LatestProgress(1, "agent", "two", 2))
                .decide();
        assertThat(story.status().progress().message()).isEqualTo("one");
        assertThat(held.requeueAfter()).contains(Duration.ofSeconds(6));
        story.after(Duration.ofSeconds(6))
                .progress(new LatestProgress(1, "agent", "three", 3))
                .decide();
        assertThat(story.status().progress().message()).isEqualTo("three");
    }

    @Test
    void a_new_step_of_the_pod_is_written_at_once() {
        var story = Story.started().pods(AT_WORK).progress(new LatestProgress(1, "agent", "one", 1));
        story.decide();
        story.pods(TestPods.running(PodLayout.VERIFY)).decide();
        assertThat(story.status().progress().step()).isEqualTo("verify");
        assertThat(story.status().progress().message()).isEmpty();
    }

    @Test
    void progress_of_another_attempt_or_step_is_ignored() {
        var story = Story.started().pods(AT_WORK).progress(new LatestProgress(2, "agent", "other", 9));
        story.decide();
        assertThat(story.status().progress().message()).isEmpty();
        story.after(Duration.ofMinutes(1))
                .progress(new LatestProgress(1, "clone", "late", 10))
                .decide();
        assertThat(story.status().progress().message()).isEmpty();
    }
}
