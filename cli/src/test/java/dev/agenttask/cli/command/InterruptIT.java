package dev.agenttask.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.cli.ApiServer;
import dev.agenttask.cli.CommandLineFixture;
import dev.agenttask.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The program is ended while it waits for a batch and a task: as a process of its own, by the signal that CI sends. */
@ExtendWith(ApiServer.class)
class InterruptIT {

    private static final int TERMINATED = 128 + 15;

    @TempDir
    private Path directory;

    private CommandLineFixture cli;
    private Process process;

    @BeforeEach
    void namespace(ApiServer.Running server) {
        cli = CommandLineFixture.of(server);
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void batch_and_task_go_on_and_the_user_is_told_how_to_go_on_watching() throws Exception {
        waitFor();

        process.destroy();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(TERMINATED);
        assertThat(said()).contains("The tasks go on. To go on watching: kubectl agenttask watch");
        assertThat(cli.batch("many").get().getSpec().cancel()).isFalse();
        assertThat(cli.task("alone").get().getSpec().cancel()).isFalse();
    }

    @Test
    void batch_and_task_are_cancelled_if_that_was_asked_for() throws Exception {
        waitFor("--cancel-on-interrupt");

        process.destroy();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(said()).contains("many cancelled").contains("alone cancelled");
        assertThat(cli.batch("many").get().getSpec().cancel()).isTrue();
        assertThat(cli.task("alone").get().getSpec().cancel()).isTrue();
    }

    /** Submits both, and waits until the program watches them. */
    private void waitFor(String... options) throws IOException {
        var manifests = directory.resolve("manifests.yaml");
        Files.writeString(manifests, CommandLineFixture.manifest("{name: alone}", "Fix") + """
                ---
                apiVersion: agenttask.dev/v1alpha1
                kind: AgentTaskBatch
                metadata: {name: many}
                spec:
                  template:
                    spec:
                      repository: {url: "https://git.example.com/acme/shop.git"}
                      prompt: Fix {{item}}
                      agent: {type: command, command: [fix]}
                  items: [{name: one}, {name: two}]
                """);
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "submit",
                manifests.toString(),
                "--wait",
                "--kubeconfig",
                cli.server().kubeconfig().toString(),
                "--namespace",
                cli.namespace()));
        command.addAll(List.of(options));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("said").toFile())
                .start();
        cli.play("alone", "phase: Running\nprogress: {step: agent, message: thinking}\n");
        Awaitility.await().atMost(CommandLineFixture.PATIENCE).until(() -> said().contains("thinking"));
    }

    private String said() throws IOException {
        return Files.readString(directory.resolve("said"));
    }
}
