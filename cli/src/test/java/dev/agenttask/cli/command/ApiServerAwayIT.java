package dev.agenttask.cli.command;

import static dev.agenttask.cli.CommandLineFixture.ended;
import static dev.agenttask.cli.CommandLineFixture.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.cli.ApiServer;
import dev.agenttask.cli.CommandLineFixture;
import dev.agenttask.cli.Relay;
import dev.agenttask.cli.exit.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ApiServer.class)
class ApiServerAwayIT {

    @TempDir
    private Path directory;

    @Test
    void watching_goes_on_when_the_api_server_is_back_and_tells_what_happened_meanwhile(ApiServer.Running server)
            throws Exception {
        var cli = CommandLineFixture.of(server);
        cli.runWithInput(manifest("{name: mine}", "Fix"), "submit", "-");
        var address = URI.create(server.client().getMasterUrl().toString());
        var out = new StringWriter();
        try (var relay = Relay.to(address)) {
            var kubeconfig = kubeconfig(server, address, relay);
            var terminal = new Terminal(
                    java.io.InputStream.nullInputStream(),
                    new PrintWriter(out),
                    new PrintWriter(out),
                    Optional.empty(),
                    Optional.empty(),
                    Clock.systemUTC());
            var watching = CommandLineFixture.meanwhile(() -> Commands.of(terminal)
                    .execute("watch", "mine", "--kubeconfig", kubeconfig.toString(), "--namespace", cli.namespace()));
            Awaitility.await().atMost(CommandLineFixture.PATIENCE).untilAsserted(() -> assertThat(out.toString())
                    .contains("mine New"));

            relay.cut();
            cli.play("mine", ended("Succeeded", "Succeeded", "done"));
            relay.restore();

            assertThat(watching.get(2, TimeUnit.MINUTES)).isEqualTo(ExitCode.SUCCESS);
            assertThat(out.toString()).contains("mine Succeeded");
        }
    }

    @Test
    void a_connection_that_does_not_come_about_in_time_is_tried_again(ApiServer.Running server) throws Exception {
        var address = URI.create(server.client().getMasterUrl().toString());
        try (var relay = Relay.to(address)) {
            relay.block();
            var submitted = CommandLineFixture.meanwhile(() -> CommandLineFixture.execute(
                    manifest("{name: late}", "Fix"),
                    List.of(
                            "submit",
                            "-",
                            "--kubeconfig",
                            kubeconfig(server, address, relay).toString(),
                            "--namespace",
                            server.namespace())));
            var tries = new HashSet<String>();
            Awaitility.await()
                    .atMost(CommandLineFixture.PATIENCE)
                    .until(() -> tries.addAll(relay.trying()) && tries.size() > 1);

            relay.restore();

            var ended = submitted.get(1, TimeUnit.MINUTES);
            assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.SUCCESS);
            assertThat(ended.out()).contains("late created");
        }
    }

    private Path kubeconfig(ApiServer.Running server, URI address, Relay relay) {
        try {
            return Files.writeString(
                    directory.resolve("kubeconfig"),
                    Files.readString(server.kubeconfig()).replace(":" + address.getPort(), ":" + relay.port()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void an_api_server_that_cannot_be_reached_is_the_platforms_failure_and_said_without_a_stack_trace()
            throws Exception {
        var kubeconfig = Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: here
                clusters: [{name: here, cluster: {server: "http://127.0.0.1:1"}}]
                contexts: [{name: here, context: {cluster: here, user: me}}]
                users: [{name: me, user: {}}]
                """);

        var ended = CommandLineFixture.execute("", List.of("explain", "mine", "--kubeconfig", kubeconfig.toString()));

        assertThat(ended.code()).isEqualTo(ExitCode.PLATFORM_FAILED);
        assertThat(ended.err())
                .startsWith("error: The API server at http://127.0.0.1:1/ does not answer: ")
                .contains("--kubeconfig, --context")
                .doesNotContain("\tat ");
    }

    @Test
    void a_context_that_is_not_there_is_wrong_use(ApiServer.Running server) {
        var ended = CommandLineFixture.execute(
                "",
                List.of(
                        "watch",
                        "--context",
                        "nowhere",
                        "--kubeconfig",
                        server.kubeconfig().toString()));

        assertThat(ended.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(ended.err()).contains("the kubeconfig has no context nowhere. It has: ");
    }
}
