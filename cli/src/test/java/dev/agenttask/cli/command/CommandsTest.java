package dev.agenttask.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.cli.CommandLineFixture;
import dev.agenttask.cli.CommandLineFixture.Ended;
import dev.agenttask.cli.exit.ExitCode;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandsTest {

    private static final String BAD = CommandLineFixture.manifest("{name: bad}", "Fix") + "  promt: x\n";

    @Test
    void a_dry_run_of_the_client_needs_no_cluster() {
        var ended = run(CommandLineFixture.manifest("{name: good}", "Fix"), "submit", "-", "--dry-run");

        assertThat(ended).isEqualTo(new Ended(0, "agenttask.agenttask.dev/good created (client dry run)\n", ""));
    }

    @Test
    void a_dry_run_of_the_client_names_the_field_that_is_wrong() {
        var ended = run(BAD, "submit", "-", "--dry-run=client");

        assertThat(ended.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(ended.err()).startsWith("error: standard input: AgentTask bad: spec.promt: there is no such field.");
    }

    @Test
    void a_dry_run_of_the_client_looks_at_every_task_of_a_batch() {
        var good =
                batch("[{name: a, parameters: {who: x}}, {name: b, parameters: {who: y}, overrides: {priority: 3}}]");
        var unfit = batch("[{name: a}]");
        var wrong = batch("[{name: a, parameters: {who: x}}, {name: b, parameters: {who: y}, overrides: {promt: x}}]");

        assertThat(run(good, "submit", "-", "--dry-run"))
                .isEqualTo(new Ended(0, "agenttaskbatch.agenttask.dev/mine created (client dry run)\n", ""));
        assertThat(run(unfit, "submit", "-", "--dry-run").err())
                .startsWith("error: standard input, item a: The template uses {{who}}: give the item parameter who");
        assertThat(run(wrong, "submit", "-", "--dry-run").err())
                .startsWith("error: standard input, item b: AgentTask mine-b: spec.promt: there is no such field.");
        assertThat(run(good.replace("items:", "canaries: 1\n  items:"), "submit", "-", "--dry-run")
                        .err())
                .startsWith("error: standard input: AgentTaskBatch mine: spec.canaries: there is no such field.");
    }

    private static String batch(String items) {
        return """
                apiVersion: agenttask.dev/v1alpha1
                kind: AgentTaskBatch
                metadata: {name: mine}
                spec:
                  template:
                    spec:
                      repository: {url: "https://git.example.com/acme/shop.git"}
                      prompt: Fix {{who}}
                      agent: {type: command, command: [fix]}
                  items: %s
                """.formatted(items);
    }

    @Test
    void wrong_options_are_wrong_use_and_lead_to_the_help() {
        var ended = run("", "submit", "--tempalte", "x");

        assertThat(ended.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(ended.err()).contains("--tempalte", "See: kubectl agenttask submit --help");
    }

    @Test
    void options_that_mean_nothing_together_are_wrong_use() {
        assertThat(run("", "submit", "-", "--junit", "x.xml").err()).contains("with --wait only");
        assertThat(run("", "submit", "--template", "t.yaml").err()).contains("--template and --items need each other.");
        assertThat(run("", "submit", "-", "--canary", "2").err()).contains("with --template only");
        assertThat(run("", "explain", "pod/x").err())
                .contains("pod/x: this is for tasks, NAME or at/NAME, and batches");
        assertThat(run("", "logs", "atb/x").err())
                .contains("atb/x is a batch", "kubectl get agenttasks -l agenttask.dev/batch=x");
        assertThat(run("", "submit", "-", "--wait", "--timeout", "soon").err())
                .contains("--timeout: 'soon' is not a duration such as 90s, 10m or 1h30m");
        assertThat(run("", "logs", "x", "--source", "kafka").code()).isEqualTo(ExitCode.WRONG_USE);
    }

    @Test
    void kubectl_is_answered_with_what_can_follow() {
        var terminal = CommandLineFixture.terminal();

        assertThat(Commands.complete(terminal, new String[] {"sub"})).containsExactly("submit", ":4");
        assertThat(Commands.complete(terminal, new String[] {"submit", "--fail"}))
                .contains("--fail-on");
    }

    @Test
    void completion_is_for_bash_and_zsh_and_says_so_for_others() {
        assertThat(run("", "completion", "bash").out()).contains("complete -F _complete_kubectl-agenttask");
        assertThat(run("", "completion", "fish").err()).contains("only for bash and zsh");
    }

    private static Ended run(String input, String... arguments) {
        return CommandLineFixture.execute(input, List.of(arguments));
    }
}
