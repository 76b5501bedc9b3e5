package dev.agenttask.cli.command;

import static dev.agenttask.cli.CommandLineFixture.ended;
import static dev.agenttask.cli.CommandLineFixture.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.cli.ApiServer;
import dev.agenttask.cli.CommandLineFixture;
import dev.agenttask.cli.CommandLineFixture.Ended;
import dev.agenttask.cli.exit.ExitCode;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ApiServer.class)
class BatchIT {

    private static final String NAME = "fix-[0-9a-f]{10}";

    @TempDir
    private Path directory;

    private CommandLineFixture cli;
    private Path template;
    private Path items;

    @BeforeEach
    void files(ApiServer.Running server) throws IOException {
        cli = CommandLineFixture.of(server);
        template = Files.writeString(directory.resolve("fix.yaml"), manifest("{}", "'Fix {{page}}'"));
        items = Files.writeString(directory.resolve("items.csv"), "item,page\na,/a\nb,/b\nc,/c\n");
    }

    @Test
    void a_template_and_its_items_are_one_batch_however_often_they_are_submitted() {
        var first = submit("--canary", "1", "--parallelism", "2", "--max-failures", "0");
        var second = submit("--canary", "1", "--parallelism", "2", "--max-failures", "0");

        assertThat(first.out()).as(first.err()).matches("agenttaskbatch.agenttask.dev/" + NAME + " created\n");
        assertThat(second.out()).isEqualTo(first.out().replace("created", "unchanged"));
        assertThat(cli.tasks()).isEmpty();
        var spec = cli.batch(cli.batches().getFirst()).get().getSpec();
        assertThat(spec.canary()).isEqualTo(1);
        assertThat(spec.parallelism()).isEqualTo(2);
        assertThat(spec.maxFailures()).isZero();
        assertThat(spec.items()).extracting(item -> item.name()).containsExactly("a", "b", "c");
    }

    @Test
    void other_options_and_new_are_other_batches() {
        submit();
        submit("--canary", "1");
        var third = submit("--new");

        assertThat(third.out()).matches("agenttaskbatch.agenttask.dev/" + NAME + "-[0-9a-f]{6} created\n");
        assertThat(cli.batches()).hasSize(3);
    }

    @Test
    void a_given_name_is_kept_and_other_items_under_it_are_an_error() throws IOException {
        assertThat(submit("--name", "nightly", "-o", "name").out()).isEqualTo("agenttaskbatch.agenttask.dev/nightly\n");
        Files.writeString(items, "item,page\na,/other\n");

        var ended = submit("--name", "nightly");

        assertThat(ended.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(ended.err()).contains("fix.yaml: AgentTaskBatch nightly exists", "with another spec", "--new");
    }

    @Test
    void a_task_that_the_api_server_would_refuse_keeps_the_whole_batch_from_being_created() throws IOException {
        Files.writeString(template, manifest("{}", "'Fix {{page}}'").replace("shop.git", "{{page}}.git"));
        Files.writeString(items, "item,page\ngood,shop\nbad,a b\n");

        var ended = submit();

        assertThat(ended.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(ended.err())
                .contains("items.csv, line 3: AgentTask fix-")
                .contains("-bad: spec.repository.url: ")
                .doesNotContain("line 2");
        assertThat(cli.batches()).isEmpty();
    }

    @Test
    void a_dry_run_creates_nothing_and_shows_the_batch() {
        var server = submit("--dry-run=server", "-o", "yaml");
        var client = submit("--dry-run", "-o", "json");

        assertThat(server.out()).contains("kind: AgentTaskBatch", "parallelism: 0", "page: /c");
        assertThat(client.out()).contains("\"kind\" : \"AgentTaskBatch\"");
        assertThat(cli.batches()).isEmpty();
    }

    @Test
    void waiting_tells_of_every_item_also_of_those_that_a_failed_canary_kept_from_starting() throws Exception {
        var junit = directory.resolve("junit.xml");
        var running = start("--name", "nightly", "--canary", "1", "--wait", "--junit", junit.toString(), "-o", "name");
        cli.start("a");
        cli.playBatch(
                "nightly", "phase: Canary\nstartedItems: '0'\n" + condition("Unknown", "Canary", "0 of 3 succeeded."));
        cli.play("nightly-a", ended("Failed", "NoChange", "The agent changed nothing."));
        cli.playBatch(
                "nightly",
                "phase: Failed\nstartedItems: '0'\nfailedItems: '0'\n" + condition("False", "CanaryFailed", "Why."));

        var ended = running.get(1, TimeUnit.MINUTES);

        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.TASKS_FAILED);
        assertThat(ended.out()).isEqualTo("agenttask.agenttask.dev/nightly-a\n");
        assertThat(ended.err())
                .contains("agenttaskbatch.agenttask.dev/nightly created", "atb/nightly Failed: Why.")
                .contains("nightly-a did not succeed: NoChange: The agent changed nothing.")
                .contains("2 of batch nightly were not started: CanaryFailed: Not started,")
                .contains("kubectl agenttask explain atb/nightly --namespace " + cli.namespace());
        assertThat(junit)
                .content()
                .contains("tests=\"3\" failures=\"1\" errors=\"0\"", "skipped=\"2\"", "name=\"nightly-c\"");
    }

    @Test
    void waiting_ends_well_with_the_last_item_also_when_a_task_has_been_deleted_meanwhile() throws Exception {
        submit("--name", "nightly");
        cli.start("a", "b");
        cli.play("nightly-a", ended("Succeeded", "Succeeded", "done"));
        cli.task("nightly-a").delete();

        var running = start("--name", "nightly", "--wait");
        cli.start("c");
        cli.play("nightly-b", ended("Succeeded", "Succeeded", "done"));
        cli.play("nightly-c", ended("Succeeded", "Succeeded", "done"));
        cli.playBatch(
                "nightly",
                "phase: Succeeded\nstartedItems: 0-2\nsucceededItems: 0-2\n"
                        + condition("True", "Succeeded", "3 of 3."));

        var ended = running.get(1, TimeUnit.MINUTES);
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.SUCCESS);
    }

    @Test
    void when_the_time_is_over_the_batch_goes_on_and_it_is_said_how_to_go_on_watching() {
        var junit = directory.resolve("junit.xml");

        var ended = submit("--name", "nightly", "--wait", "--timeout", "1s", "--junit", junit.toString());

        assertThat(ended.code()).isEqualTo(ExitCode.PLATFORM_FAILED);
        assertThat(ended.err())
                .contains("3 of 3 tasks have not ended")
                .contains("kubectl agenttask watch atb/nightly --namespace " + cli.namespace());
        assertThat(junit).content().contains("errors=\"3\"", "NotStarted");
        assertThat(cli.batch("nightly").get().getSpec().cancel()).isFalse();
    }

    @Test
    void the_items_of_a_batch_that_is_deleted_have_failed() throws Exception {
        submit("--name", "nightly");
        cli.start("a");
        cli.play("nightly-a", ended("Succeeded", "Succeeded", "done"));

        var shown = new StringWriter();
        var running = CommandLineFixture.meanwhile(() -> cli.runWriting(shown, "watch", "atb/nightly"));
        Awaitility.await().atMost(CommandLineFixture.PATIENCE).until(() -> shown.toString()
                .contains("atb/nightly New"));
        cli.batch("nightly").delete();

        var ended = running.get(1, TimeUnit.MINUTES);
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.TASKS_FAILED);
        assertThat(ended.err())
                .contains("nightly-b did not succeed: Deleted: The batch was deleted before it ended.")
                .doesNotContain("nightly-a");
    }

    @Test
    void what_may_change_later_of_a_batch_is_not_compared() {
        submit("--name", "nightly", "--parallelism", "2");

        assertThat(submit("--name", "nightly", "--parallelism", "3").out()).endsWith("nightly unchanged\n");
        assertThat(submit("--name", "nightly", "--canary", "1").code()).isEqualTo(ExitCode.WRONG_USE);
    }

    @Test
    void a_manifest_of_a_batch_is_submitted_and_waited_for_like_one_of_a_task() throws Exception {
        var manifest = """
                apiVersion: agenttask.dev/v1alpha1
                kind: AgentTaskBatch
                metadata: {name: mine}
                spec:
                  template:
                    spec:
                      repository: {url: "https://git.example.com/acme/shop.git"}
                      prompt: Fix {{page}}
                      agent: {type: command, command: [fix]}
                      priority: "{{n}}"
                  items: [{name: a, parameters: {page: /a, n: "7"}}]
                """;
        var running = CommandLineFixture.meanwhile(() -> cli.runWithInput(manifest, "submit", "-f", "-", "--wait"));
        cli.start("a");
        cli.play("mine-a", ended("Succeeded", "Succeeded", "done"));
        cli.playBatch(
                "mine",
                "phase: Succeeded\nstartedItems: '0'\nsucceededItems: '0'\n" + condition("True", "Succeeded", "All."));

        assertThat(running.get(1, TimeUnit.MINUTES).code()).isEqualTo(ExitCode.SUCCESS);
        assertThat(cli.task("mine-a").get().getSpec().priority()).isEqualTo(7);
        assertThat(cli.runWithInput(manifest, "submit", "-").out()).endsWith("mine unchanged\n");
        assertThat(cli.run("explain", "atb/mine").out())
                .contains("AgentTaskBatch " + cli.namespace() + "/mine has Succeeded");
    }

    @Test
    void a_batch_is_cancelled_as_a_whole_and_one_that_has_ended_is_left() {
        submit("--name", "nightly");

        assertThat(cli.run("cancel", "atb/nightly").out())
                .isEqualTo("agenttaskbatch.agenttask.dev/nightly cancelled\n");
        assertThat(cli.batch("nightly").get().getSpec().cancel()).isTrue();
        cli.playBatch("nightly", "phase: Cancelled\n");
        assertThat(cli.run("cancel", "atb/nightly").out()).contains("unchanged: it has ended already");
        assertThat(cli.run("cancel", "atb/nobody").err()).contains("There is no AgentTaskBatch nobody in namespace");
        assertThat(cli.run("explain", "atb/nobody").code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(cli.run("watch", "atb/nobody").code()).isEqualTo(ExitCode.WRONG_USE);
    }

    @Test
    void a_retry_of_a_task_of_a_batch_is_of_no_batch() {
        submit("--name", "nightly");
        cli.start("a");
        cli.play("nightly-a", ended("Failed", "NoChange", "nothing"));

        cli.run("retry", "nightly-a");

        assertThat(cli.task("nightly-a-retry-2").get().getMetadata().getLabels())
                .containsOnlyKeys("agenttask.dev/retry-of");
    }

    private static String condition(String status, String reason, String message) {
        return "conditions: [{type: Succeeded, status: '%s', reason: %s, message: '%s', lastTransitionTime: '2026-01-01T09:01:30Z'}]\n"
                .formatted(status, reason, message);
    }

    private Ended submit(String... more) {
        var all = new ArrayList<>(List.of("submit", "--template", template.toString(), "--items", items.toString()));
        all.addAll(List.of(more));
        return cli.run(all.toArray(String[]::new));
    }

    private CompletableFuture<Ended> start(String... more) {
        return CommandLineFixture.meanwhile(() -> submit(more));
    }
}
