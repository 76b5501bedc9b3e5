package dev.agenttask.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import org.junit.jupiter.api.Test;

class AttemptNamesTest {

    private static final TaskId TASK = new TaskId("team", "fix", TestTasks.UID);

    @Test
    void names_follow_from_the_task_alone() {
        assertThat(AttemptNames.pod(TASK, 1))
                .isEqualTo(AttemptNames.pod(TASK, 1))
                .startsWith("fix-1-");
        assertThat(AttemptNames.branch(TASK)).isEqualTo("agenttask/fix-7d3f9");
        assertThat(AttemptNames.wipRef(TASK, 2)).isEqualTo("refs/agenttask/wip/fix-7d3f9/2");
    }

    @Test
    void tasks_of_one_name_and_attempts_of_one_task_differ() {
        var reborn = new TaskId("team", "fix", "00000000-1111-4222-8333-444455556666");
        assertThat(AttemptNames.pod(reborn, 1)).isNotEqualTo(AttemptNames.pod(TASK, 1));
        assertThat(AttemptNames.pod(TASK, 2)).isNotEqualTo(AttemptNames.pod(TASK, 1));
    }

    @Test
    void the_longest_name_of_a_task_gives_a_dns_label() {
        var longest = new TaskId("team", "x".repeat(63), TestTasks.UID);
        assertThat(AttemptNames.pod(longest, 32)).hasSize(63).matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
        var dashed = new TaskId("team", "a" + "-".repeat(61) + "a", TestTasks.UID);
        assertThat(AttemptNames.pod(dashed, 1)).matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    }
}
