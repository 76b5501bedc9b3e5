package dev.agenttask.cli.command;

import static dev.agenttask.cli.CommandLineFixture.ended;
import static dev.agenttask.cli.CommandLineFixture.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.cli.ApiServer;
import dev.agenttask.cli.CommandLineFixture;
import dev.agenttask.cli.exit.ExitCode;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiServer.class)
class TaskCommandsIT {

    private CommandLineFixture cli;

    @BeforeEach
    void namespace(ApiServer.Running server) {
        cli = CommandLineFixture.of(server);
    }

    @Test
    void a_retry_is_a_new_task_with_the_same_spec_that_says_whose_it_is() {
        submit("{name: mine, labels: {team: shop}}", "Fix");
        cli.run("cancel", "mine");
        cli.play("mine", ended("Cancelled", "Cancelled", "A person cancelled the task."));

        var first = cli.run("retry", "mine");
        cli.play("mine-retry-2", ended("Failed", "NoChange", "nothing"));
        var second = cli.run("retry", "mine-retry-2");

        assertThat(first.out()).isEqualTo("agenttask.agenttask.dev/mine-retry-2 created\n");
        assertThat(second.out()).isEqualTo("agenttask.agenttask.dev/mine-retry-3 created\n");
        var task = cli.task("mine-retry-2").get();
        assertThat(task.getMetadata().getLabels())
                .containsEntry("agenttask.dev/retry-of", "mine")
                .containsEntry("team", "shop");
        assertThat(task.getSpec().prompt()).isEqualTo("Fix");
        assertThat(task.getSpec().cancel()).isFalse();
    }

    @Test
    void a_task_that_has_not_ended_is_not_retried() {
        submit("{name: mine}", "Fix");

        var ended = cli.run("retry", "mine");

        assertThat(ended.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(ended.err())
                .contains("AgentTask mine has not ended. Cancel it first: kubectl agenttask cancel mine");
    }

    @Test
    void tasks_are_cancelled_by_label_and_those_that_have_ended_are_left() {
        submit("{name: one, labels: {team: shop}}", "Fix");
        submit("{name: two, labels: {team: shop}}", "Fix");
        submit("{name: other}", "Fix");
        cli.play("two", ended("Succeeded", "Succeeded", "done"));

        var ended = cli.run("cancel", "-l", "team=shop");

        assertThat(ended.out())
                .isEqualTo("agenttask.agenttask.dev/one cancelled\n"
                        + "agenttask.agenttask.dev/two unchanged: it has succeeded already\n");
        assertThat(cli.task("one").get().getSpec().cancel()).isTrue();
        assertThat(cli.task("other").get().getSpec().cancel()).isFalse();
    }

    @Test
    void a_task_that_is_not_there_is_an_error_that_names_the_namespace() {
        var ended = cli.run("cancel", "nobody");

        assertThat(ended.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(ended.err()).startsWith("error: There is no AgentTask nobody in namespace " + cli.namespace());
        assertThat(cli.run("watch", "nobody").code()).isEqualTo(ExitCode.WRONG_USE);
    }

    @Test
    void watching_prints_a_line_for_each_step_and_ends_with_the_last_task() throws Exception {
        submit("{name: one}", "Fix");
        submit("{name: two}", "Fix");
        cli.play("two", ended("Succeeded", "Succeeded", "done"));

        var watching = CommandLineFixture.meanwhile(() -> cli.run("watch"));
        cli.play("one", "phase: Running\nprogress: {step: clone}\n");
        cli.play("one", ended("Failed", "NoChange", "The agent changed nothing."));
        var ended = watching.get(1, TimeUnit.MINUTES);

        assertThat(ended.code()).isEqualTo(ExitCode.TASKS_FAILED);
        assertThat(ended.out()).contains("one Failed: NoChange: The agent changed nothing.\n", "two Succeeded");
    }

    @Test
    void a_namespace_without_tasks_is_watched_no_longer_than_it_takes_to_see_that() {
        assertThat(cli.run("watch").code()).isEqualTo(ExitCode.SUCCESS);
    }

    private void submit(String metadata, String prompt) {
        assertThat(cli.runWithInput(manifest(metadata, prompt), "submit", "-").code())
                .isZero();
    }
}
