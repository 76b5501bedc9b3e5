package dev.agenttask.cli.command;

import static dev.agenttask.cli.CommandLineFixture.ended;
import static dev.agenttask.cli.CommandLineFixture.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.cli.ApiServer;
import dev.agenttask.cli.CommandLineFixture;
import dev.agenttask.cli.CommandLineFixture.Ended;
import dev.agenttask.cli.exit.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ApiServer.class)
class SubmitIT {

    @TempDir
    private Path directory;

    private CommandLineFixture cli;

    @BeforeEach
    void namespace(ApiServer.Running server) {
        cli = CommandLineFixture.of(server);
    }

    @Test
    void submitting_the_same_twice_is_one_task() {
        var manifest = manifest("{}", "Fix");

        var first = cli.runWithInput(manifest, "submit", "-");
        var second = cli.runWithInput(manifest, "submit", "-");

        assertThat(first.out()).matches("agenttask.agenttask.dev/task-[0-9a-f]{10} created\n");
        assertThat(second.out()).isEqualTo(first.out().replace("created", "unchanged"));
        assertThat(cli.tasks()).hasSize(1);
    }

    @Test
    void new_makes_a_second_task_of_the_same() {
        var manifest = manifest("{name: mine}", "Fix");

        cli.runWithInput(manifest, "submit", "-");
        var second = cli.runWithInput(manifest, "submit", "-", "--new");

        assertThat(second.code()).isEqualTo(ExitCode.SUCCESS);
        assertThat(cli.tasks()).hasSize(2).contains("mine").anyMatch(name -> name.matches("mine-[0-9a-f]{6}"));
    }

    @Test
    void a_named_task_with_the_same_spec_is_unchanged_also_when_it_states_defaults_or_was_suspended() {
        cli.runWithInput(manifest("{name: mine}", "Fix"), "submit", "-");
        var again = manifest("{name: mine}", "Fix") + "  limits: {deadline: 1h}\n  suspend: true\n";

        var ended = cli.runWithInput(again, "submit", "-");

        assertThat(ended).isEqualTo(new Ended(0, "agenttask.agenttask.dev/mine unchanged\n", ""));
    }

    @Test
    void a_name_that_another_spec_has_is_an_error_that_says_what_to_do() {
        cli.runWithInput(manifest("{name: mine}", "Fix"), "submit", "-");

        var ended = cli.runWithInput(manifest("{name: mine}", "Break"), "submit", "-");

        assertThat(ended.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(ended.err())
                .contains("standard input: AgentTask mine exists")
                .contains("with another spec")
                .contains("--new");
    }

    @Test
    void what_the_api_server_would_refuse_creates_nothing_at_all() {
        var good = manifest("{name: good}", "Fix");
        var bad = manifest("{name: bad}", "Fix").replace("https://git.example.com/", "ftp://git.example.com/");
        var unknown = manifest("{name: unknown}", "Fix") + "  promt: x\n";

        var ended = cli.runWithInput(good + "---\n" + bad + "---\n" + unknown, "submit", "-");

        assertThat(ended.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(ended.err())
                .contains("standard input, document 2: AgentTask bad: spec.repository.url: ")
                .contains("must be an http or https URL")
                .contains("standard input, document 3: AgentTask unknown: unknown field \"spec.promt\"")
                .doesNotContain("at dev.agenttask");
        assertThat(cli.tasks()).isEmpty();
    }

    @Test
    void a_dry_run_of_the_server_creates_nothing_and_shows_its_defaults() {
        var ended = cli.runWithInput(manifest("{name: mine}", "Fix"), "submit", "-", "--dry-run=server", "-o", "yaml");

        assertThat(ended.code()).isEqualTo(ExitCode.SUCCESS);
        assertThat(ended.out()).contains("deadline: 1h");
        assertThat(cli.tasks()).isEmpty();
    }

    @Test
    void a_namespace_that_is_not_there_is_an_error() {
        var manifest = manifest("{name: mine, namespace: nowhere}", "Fix");

        var ended = CommandLineFixture.execute(
                manifest,
                List.of("submit", "-", "--kubeconfig", cli.server().kubeconfig().toString()));

        assertThat(ended.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(ended.err()).contains("There is no namespace \"nowhere\"");
    }

    @Test
    void waiting_ends_with_the_last_task_and_says_which_failed() throws Exception {
        var junit = directory.resolve("reports/junit.xml");
        var manifests = manifest("{name: part-1}", "Fix") + "---\n" + manifest("{name: part-2}", "Mend");

        var running = startWithInput(manifests, "submit", "-", "--wait", "--junit", junit.toString(), "-o", "name");
        cli.play("part-1", "phase: Running\nprogress: {step: agent, message: thinking}\n");
        cli.play("part-1", ended("Succeeded", "Succeeded", "done"));
        cli.play("part-2", ended("Failed", "NoChange", "The agent changed nothing."));
        var ended = running.get(1, TimeUnit.MINUTES);

        assertThat(ended.code()).isEqualTo(ExitCode.TASKS_FAILED);
        assertThat(ended.out()).isEqualTo("agenttask.agenttask.dev/part-1\nagenttask.agenttask.dev/part-2\n");
        assertThat(ended.err())
                .contains("agenttask.agenttask.dev/part-1 created")
                .contains("part-2 did not succeed: NoChange: The agent changed nothing.")
                .contains("kubectl agenttask explain part-2 --namespace " + cli.namespace());
        assertThat(junit).content().contains("<failure type=\"NoChange\"", "name=\"part-1\"");
    }

    @Test
    void a_success_without_proof_fails_where_unverified_does() throws Exception {
        var running =
                startWithInput(manifest("{name: mine}", "Fix"), "submit", "-", "--wait", "--fail-on", "unverified");
        cli.play("mine", ended("Succeeded", "Succeeded", "done"));

        assertThat(running.get(1, TimeUnit.MINUTES).code()).isEqualTo(ExitCode.TASKS_FAILED);
    }

    @Test
    void failures_do_not_count_where_nothing_does() throws Exception {
        var running = startWithInput(manifest("{name: mine}", "Fix"), "submit", "-", "--wait", "--fail-on", "never");
        cli.play("mine", ended("Failed", "NoChange", "nothing"));

        assertThat(running.get(1, TimeUnit.MINUTES).code()).isEqualTo(ExitCode.SUCCESS);
    }

    @Test
    void waiting_for_what_has_ended_before_ends_at_once() {
        var manifest = manifest("{name: mine}", "Fix");
        cli.runWithInput(manifest, "submit", "-");
        cli.play("mine", ended("Succeeded", "Succeeded", "done"));

        assertThat(cli.runWithInput(manifest, "submit", "-", "--wait").code()).isEqualTo(ExitCode.SUCCESS);
    }

    @Test
    void a_task_that_is_deleted_meanwhile_has_failed() throws Exception {
        var running = startWithInput(manifest("{name: mine}", "Fix"), "submit", "-", "--wait");
        cli.play("mine", "phase: Running\n");
        cli.task("mine").delete();

        var ended = running.get(1, TimeUnit.MINUTES);
        assertThat(ended.code()).isEqualTo(ExitCode.TASKS_FAILED);
        assertThat(ended.err()).contains("mine did not succeed: Deleted");
    }

    @Test
    void when_the_time_is_over_the_tasks_go_on_and_it_is_said_how_to_go_on_watching() {
        var junit = directory.resolve("junit.xml");

        var ended = cli.runWithInput(
                manifest("{name: mine}", "Fix"),
                "submit",
                "-",
                "--wait",
                "--timeout",
                "1s",
                "--junit",
                junit.toString());

        assertThat(ended.code()).isEqualTo(ExitCode.PLATFORM_FAILED);
        assertThat(ended.err())
                .contains("1 of 1 tasks have not ended")
                .contains("kubectl agenttask watch mine --namespace " + cli.namespace());
        assertThat(cli.task("mine").get().getSpec().cancel()).isFalse();
        assertThat(junit).content().contains("<error type=\"Unfinished\"");
    }

    private CompletableFuture<Ended> startWithInput(String input, String command, String... arguments) {
        var all = new java.util.ArrayList<>(List.of(command));
        all.addAll(List.of(arguments));
        return CommandLineFixture.meanwhile(() -> cli.runWithInput(input, all.toArray(String[]::new)));
    }
}
