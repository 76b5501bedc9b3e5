package dev.agenttask.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.agenttask.cli.command.Commands;
import dev.agenttask.cli.manifest.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the CI integrations run, with a program on the PATH that writes its arguments down. */
class IntegrationsIT {

    private static final Path INTEGRATIONS =
            Path.of("..", "integrations").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    @BeforeEach
    void program() throws IOException {
        var program = Files.writeString(
                directory.resolve("kubectl-agenttask"),
                "#!/bin/sh\nprintf '%s\\n' \"$@\" >" + directory.resolve("arguments")
                        + "\ncat \"${KUBECONFIG:-/dev/null}\" >" + directory.resolve("kubeconfig") + "\nexit 1\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void the_script_turns_its_variables_into_options_that_there_are_and_has_the_commands_exit_code() throws Exception {
        var code = run(
                List.of("sh", INTEGRATIONS.resolve("shell/submit-and-wait.sh").toString()),
                Map.of(
                        "AGENTTASK_TEMPLATE", "t.yaml",
                        "AGENTTASK_ITEMS", "tasks.csv",
                        "AGENTTASK_CANARY", "2",
                        "AGENTTASK_PARALLELISM", "8",
                        "AGENTTASK_MAX_FAILURES", "0",
                        "AGENTTASK_TIMEOUT", "2h",
                        "AGENTTASK_CANCEL_ON_INTERRUPT", "true"));

        assertThat(code).isEqualTo(1);
        assertThat(arguments())
                .containsSubsequence("--template", "t.yaml", "--items", "tasks.csv", "--canary", "2")
                .containsSubsequence("--parallelism", "8", "--max-failures", "0")
                .contains("--wait", "--cancel-on-interrupt", "agenttask-report.xml");
    }

    @Test
    void without_a_template_the_script_submits_files() throws Exception {
        run(
                List.of("sh", INTEGRATIONS.resolve("shell/submit-and-wait.sh").toString()),
                Map.of("AGENTTASK_FILES", "tasks more.yaml", "AGENTTASK_NAMESPACE", "shop"));

        assertThat(arguments())
                .containsSubsequence("--namespace", "shop", "tasks", "more.yaml")
                .doesNotContain("--canary");
    }

    @Test
    void the_github_action_hands_on_every_input_and_its_kubeconfig_as_a_file() throws Exception {
        var action = Yaml.documents("action.yml", Files.readString(INTEGRATIONS.resolve("github/action.yml")))
                .getFirst();
        var step = action.at("/runs/steps/0");
        var inputs = Map.of(
                "template",
                "t.yaml",
                "items",
                "tasks.csv",
                "canary",
                "2",
                "max-failures",
                "3",
                "kubeconfig",
                "a kubeconfig");

        var code = run(List.of("bash", "-e", "-c", step.path("run").asText()), environment(action, step, inputs));

        assertThat(code).isEqualTo(1);
        assertThat(arguments()).containsSubsequence("--canary", "2", "--max-failures", "3");
        assertThat(directory.resolve("kubeconfig")).hasContent("a kubeconfig");
        assertThat(step.path("env").toString())
                .as("every input is handed on")
                .contains(action.path("inputs")
                        .propertyStream()
                        .map(input -> "inputs." + input.getKey() + " ")
                        .toList());
    }

    /** As GitHub fills it. */
    private static Map<String, String> environment(JsonNode action, JsonNode step, Map<String, String> inputs) {
        var environment = new HashMap<String, String>();
        step.path("env").properties().forEach(variable -> {
            var expression = variable.getValue().asText().replaceAll("[${}\\s]", "");
            var input = expression.replaceFirst("^inputs\\.", "");
            var usual = action.at("/inputs/" + input + "/default").asText();
            environment.put(
                    variable.getKey(),
                    expression.equals("github.action_path")
                            ? INTEGRATIONS.resolve("github").toString()
                            : inputs.getOrDefault(input, usual));
        });
        return environment;
    }

    private int run(List<String> command, Map<String, String> environment) throws Exception {
        var builder = new ProcessBuilder(command).directory(directory.toFile()).inheritIO();
        builder.environment().putAll(environment);
        builder.environment().merge("PATH", directory.toString(), (path, folder) -> folder + ":" + path);
        return builder.start().waitFor();
    }

    /** The arguments, of which the program that there is understands each. */
    private List<String> arguments() throws IOException {
        var arguments = Files.readAllLines(directory.resolve("arguments"));
        Commands.of(CommandLineFixture.terminal()).parseArgs(arguments.toArray(String[]::new));
        return arguments;
    }
}
