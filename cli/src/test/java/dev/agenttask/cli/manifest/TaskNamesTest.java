package dev.agenttask.cli.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class TaskNamesTest {

    @Test
    void a_task_without_a_name_gets_one_that_follows_from_its_spec() {
        var name = TaskNames.named(task("tasks", "{prompt: Fix, priority: 1}")).name();

        assertThat(name).matches("tasks-[0-9a-f]{10}");
        assertThat(TaskNames.named(task("tasks", "{priority: 1, prompt: Fix}")).name())
                .as("the order of fields")
                .isEqualTo(name);
        assertThat(TaskNames.named(task("tasks", "{prompt: Fix, priority: 2}")).name())
                .isNotEqualTo(name);
    }

    @Test
    void what_may_change_later_is_not_in_the_name() {
        assertThat(TaskNames.named(task("tasks", "{prompt: Fix, suspend: true, ttlSecondsAfterFinished: 5}"))
                        .name())
                .isEqualTo(TaskNames.named(task("tasks", "{prompt: Fix}")).name());
    }

    @Test
    void a_given_name_is_kept() {
        assertThat(TaskNames.named(task("tasks", "{prompt: Fix}").named("mine")).name())
                .isEqualTo("mine");
    }

    @Test
    void names_fit_and_are_names_whatever_the_file_is_called() {
        assertThat(TaskNames.named(task("Très_Long.".repeat(20), "{prompt: Fix}"))
                        .name())
                .hasSizeLessThanOrEqualTo(TaskNames.LONGEST)
                .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
        assertThat(TaskNames.named(task("---", "{prompt: Fix}")).name()).startsWith("task-");
    }

    @Test
    void a_new_name_is_another_one_each_time_and_fits() {
        var task = task("tasks", "{prompt: Fix}").named("a".repeat(63));
        var random = new SecureRandom();

        assertThat(TaskNames.namedAnew(task, random).name())
                .hasSizeLessThanOrEqualTo(TaskNames.LONGEST)
                .isNotEqualTo(TaskNames.namedAnew(task, random).name());
    }

    @Test
    void the_name_of_a_batch_leaves_room_for_that_of_its_longest_item() {
        var yaml = "apiVersion: agenttask.dev/v1alpha1\nkind: AgentTaskBatch\nspec: {items: [{name: a}, {name: "
                + "b".repeat(40) + "}]}\n";
        var batch = ManifestReader.parse("tasks.yaml", "a-very-long-name".repeat(9), yaml)
                .getFirst();

        assertThat(TaskNames.named(batch).name())
                .matches("a-very-long-[0-9a-f]{10}")
                .hasSizeLessThanOrEqualTo(63 - 41);
        assertThat(TaskNames.namedAnew(batch, new SecureRandom()).name()).hasSizeLessThanOrEqualTo(63 - 41);
    }

    private static Manifest task(String base, String spec) {
        var yaml = "apiVersion: agenttask.dev/v1alpha1\nkind: AgentTask\nspec: " + spec + "\n";
        return ManifestReader.parse("tasks.yaml", base, yaml).getFirst();
    }
}
