package dev.agenttask.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import dev.agenttask.api.Usage;
import dev.agenttask.api.attempt.PodLayout;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UsageTest {

    private static final String SUCCESS =
            "{\"commit\":\"abc\",\"branch\":\"agenttask/fix\",\"usage\":[1000,800,50,\"0.25\"]}";
    private static final String STOPPED = "{\"failureClass\":\"Agent\",\"reason\":\"DeadlineExceeded\","
            + "\"message\":\"late\",\"usage\":[2000,100,70,\"\"]}";
    private static final TestPods AT_WORK = TestPods.running(PodLayout.AGENT);

    @Test
    void what_the_delivery_reports_is_in_the_attempt_and_in_the_task() {
        var story = Story.started()
                .pods(TestPods.running(PodLayout.DELIVER)
                        .ended(PodLayout.DELIVER, 0, SUCCESS)
                        .over("Succeeded"));
        story.decide();
        assertThat(story.status().phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(story.status().attempts().getFirst().usage()).isEqualTo(new Usage(1000, 800, 50, "0.25"));
        assertThat(story.status().usage()).isEqualTo(new Usage(1000, 800, 50, "0.25"));
    }

    @Test
    void a_task_used_what_all_its_attempts_used() {
        var story = Story.started("retry: {agent: 1}")
                .pods(AT_WORK.ended(PodLayout.AGENT, PodLayout.EXIT_STOPPED, "")
                        .ended(PodLayout.WORKER, 0, STOPPED)
                        .over("Failed"));
        story.decide();
        assertThat(story.status().usage()).isEqualTo(new Usage(2000, 100, 70, ""));

        story.pods().after(Duration.ofMinutes(1)).decide();
        story.pods(TestPods.running(2, PodLayout.DELIVER)
                        .ended(PodLayout.DELIVER, 0, SUCCESS)
                        .over("Succeeded"))
                .decide();
        assertThat(story.status().attempts()).hasSize(2);
        assertThat(story.status().usage()).isEqualTo(new Usage(3000, 900, 120, "0.25"));
    }

    @Test
    void while_an_attempt_runs_its_usage_is_written_as_often_as_its_progress() {
        var story = Story.started().pods(AT_WORK).progress(heard(1, 10));
        story.decide();
        assertThat(story.status().usage()).isEqualTo(used(10));

        story.after(Duration.ofSeconds(4)).progress(heard(2, 20)).decide();
        assertThat(story.status().usage()).isEqualTo(used(10));

        story.after(Duration.ofSeconds(6)).decide();
        assertThat(story.status().usage()).isEqualTo(used(20));
    }

    @Test
    void of_an_attempt_that_is_lost_the_latest_that_was_heard_counts() {
        var story = Story.started("retry: {infrastructure: 0}").pods(AT_WORK).progress(heard(1, 10));
        story.decide();
        story.pods().after(Duration.ofMinutes(1)).progress(heard(2, 20)).decide();
        assertThat(story.status().attempts().getFirst().usage()).isEqualTo(used(20));
        assertThat(story.status().phase()).isEqualTo(Phase.FAILED);
    }

    @Test
    void an_agent_that_does_not_say_leaves_it_open() {
        var story = Story.started().pods(AT_WORK);
        story.decide();
        assertThat(story.status().usage()).isNull();
        assertThat(story.status().attempts().getFirst().usage()).isNull();
    }

    @Test
    void what_was_heard_of_another_attempt_is_not_this_ones() {
        var story = Story.started().pods(AT_WORK).progress(new LatestProgress(2, "agent", "", 1).using(1, used(10)));
        story.decide();
        assertThat(story.status().usage()).isNull();
    }

    private static LatestProgress heard(long sequence, long tokens) {
        return new LatestProgress(1, "agent", "I work.", sequence).using(sequence, used(tokens));
    }

    private static Usage used(long tokens) {
        return new Usage(tokens, 0, tokens, "");
    }
}
