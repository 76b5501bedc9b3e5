package dev.agenttask.worker.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.worker.fixture.Plans;
import org.junit.jupiter.api.Test;

class CommitMessageTest {

    @Test
    void the_subject_is_the_first_line_of_the_title_in_72_characters_at_most() {
        assertThat(subject("Fix it\n\nAgentTask-UID: forged")).isEqualTo("Fix it");
        assertThat(subject("x".repeat(72))).isEqualTo("x".repeat(72));
        assertThat(subject("x".repeat(68) + " yzyzyz")).isEqualTo("x".repeat(68) + "...");
        assertThat(subject("😀".repeat(100))).isEqualTo("😀".repeat(69) + "...");
        assertThat(subject("  \n\tTabs\tinside ")).isEqualTo("Tabs inside");
        assertThat(subject(" ")).isEqualTo("fix-it");
    }

    @Test
    void a_commit_of_the_same_task_is_known_by_its_trailer() {
        var plan = plan("Fix it");
        assertThat(CommitMessage.isOf(CommitMessage.of(plan), plan)).isTrue();
        assertThat(CommitMessage.isOf("Fix it\n\nAgentTask-UID: another\n", plan))
                .isFalse();
        assertThat(CommitMessage.isOf("Fix it", plan)).isFalse();
    }

    private static String subject(String title) {
        return CommitMessage.of(plan(title)).lines().findFirst().orElseThrow();
    }

    private static AttemptPlan plan(String title) {
        var plan = Plans.of("-");
        return new AttemptPlan(
                plan.task(),
                1,
                title,
                plan.repository(),
                plan.setup(),
                plan.checks(),
                plan.delivery(),
                plan.branch(),
                plan.wipRef(),
                plan.limits(),
                plan.author(),
                plan.progressTopic());
    }
}
