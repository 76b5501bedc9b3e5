package dev.agenttask.cli.command;

import static dev.agenttask.cli.CommandLineFixture.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.cli.ApiServer;
import dev.agenttask.cli.CommandLineFixture;
import dev.agenttask.cli.exit.ExitCode;
import dev.agenttask.fixture.GitServer;
import dev.agenttask.fixture.KafkaBroker;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a task left in its repository and on Kafka, read when its pod is gone. */
@ExtendWith(ApiServer.class)
class LeftWorkIT {

    @TempDir
    private Path directory;

    private CommandLineFixture cli;
    private GitServer git;

    @BeforeEach
    void repository(ApiServer.Running server) throws Exception {
        cli = CommandLineFixture.of(server);
        git = new GitServer(directory);
        var bare = git.createWith("shop.git", "list", "one\ntwo\n", "old", "gone\n");
        var base = GitServer.git(bare, "rev-parse", "main");
        var work = directory.resolve("shop.git-work");
        Files.writeString(work.resolve("list"), "one\nthree\n");
        Files.delete(work.resolve("old"));
        GitServer.git(work, "commit", "-q", "-a", "-m", "Change");
        GitServer.git(work, "push", "-q", "origin", "HEAD:refs/agenttask/wip/fix-1/1");
        GitServer.git(work, "checkout", "-q", "--orphan", "log");
        GitServer.git(work, "rm", "-q", "-r", "-f", ".");
        Files.writeString(work.resolve("log.txt"), "2026-01-01T09:00:00.000Z agent | hello\n");
        GitServer.git(work, "add", "-A");
        GitServer.git(work, "commit", "-q", "-m", "Log");
        GitServer.git(work, "push", "-q", "origin", "HEAD:refs/agenttask/log/fix-1/1");
        cli.runWithInput(
                manifest("{name: fix}", "Fix")
                        .replace(
                                "{url: \"https://git.example.com/acme/shop.git\"}",
                                "{url: \"" + git.url("shop.git") + "\", credentialsSecret: git}"),
                "submit",
                "-");
        cli.play(
                "fix",
                CommandLineFixture.ended("Failed", "VerificationFailed", "A check failed.") + """
                base: {ref: main, commit: %s}
                attempts:
                - {number: 1, podName: fix-1-x, outcome: Failed, class: Verification, reason: VerificationFailed,
                   startedAt: "2026-01-01T09:00:00Z", wipRef: refs/agenttask/wip/fix-1/1, logRef: refs/agenttask/log/fix-1/1}
                """.formatted(base));
    }

    @AfterEach
    void stop() {
        git.close();
    }

    @Test
    void the_log_is_read_from_the_repository_when_the_pod_is_gone() {
        credentialFor(host());

        var ended = cli.run("logs", "fix");

        assertThat(ended.err()).contains("From " + git.url("shop.git") + ", refs/agenttask/log/fix-1/1:");
        assertThat(ended.out()).isEqualTo("2026-01-01T09:00:00.000Z agent | hello\n");
    }

    @Test
    void unfinished_work_is_compared_with_its_base() {
        credentialFor(host());

        assertThat(cli.run("diff", "fix").out()).contains("--- a/list", "-two", "+three", "deleted file mode 100644");
        assertThat(cli.run("diff", "fix", "--stat").out())
                .isEqualTo("list | modify +1 -1\nold | delete +0 -1\n2 files changed\n");
    }

    @Test
    void a_credential_is_not_sent_to_a_host_that_it_is_not_for() {
        credentialFor("git.example.com");

        var ended = cli.run("diff", "fix");

        assertThat(ended.code()).isEqualTo(ExitCode.PLATFORM_FAILED);
        assertThat(ended.err()).contains("tried without a credential").doesNotContain(GitServer.PASSWORD);
    }

    @Test
    void an_attempt_that_there_was_not_is_an_error() {
        var ended = cli.run("logs", "fix", "--attempt", "7");

        assertThat(ended.code()).isEqualTo(ExitCode.WRONG_USE);
        assertThat(ended.err()).contains("AgentTask fix has no attempt 7: it has 1.");
    }

    @Test
    void explaining_tells_where_the_work_is() {
        assertThat(cli.run("explain", "fix").out())
                .contains("has Failed")
                .contains("git fetch " + git.url("shop.git") + " refs/agenttask/wip/fix-1/1")
                .contains("kubectl agenttask retry fix --namespace " + cli.namespace());
    }

    @Test
    void the_log_is_read_from_kafka_once_each_event_that_is_known_and_of_one_attempt_only() throws Exception {
        var settings = directory.resolve("kafka.properties");
        try (var broker = new KafkaBroker(directory.resolve("kafka")).start()) {
            broker.createTopic("agenttask.progress");
            Files.writeString(settings, "bootstrap.servers=" + broker.address() + "\n");
            var first = event(1, 1, new EventData.Log("agent", "hello\nworld", false));
            sendOneOfANewerVersion(broker, first);
            send(
                    broker,
                    first,
                    first,
                    event(2, 1, new EventData.Log("agent", "another attempt", false)),
                    event(1, 2, new EventData.StepFinished("agent", "", true, 0, 1500, "")));

            var ended = cli.run("logs", "fix", "--kafka-config", settings.toString());

            assertThat(ended.err()).contains("From Kafka, topic agenttask.progress:");
            assertThat(ended.out().lines())
                    .containsExactly(
                            "2026-01-01T09:00:01.000Z agent | hello",
                            "2026-01-01T09:00:01.000Z agent | world",
                            "2026-01-01T09:00:01.000Z agent * succeeded after 1.5 s, exit code 0");
        }
    }

    private ProgressEvent event(int attempt, long sequence, EventData data) {
        var uid = cli.task("fix").get().getMetadata().getUid();
        var task = new TaskId(cli.namespace(), "fix", uid);
        return ProgressEvent.of(
                ProgressEvent.WORKER, task, attempt, sequence, Instant.parse("2026-01-01T09:00:01Z"), data);
    }

    private static void send(KafkaBroker broker, ProgressEvent... events) throws Exception {
        var settings = Map.<String, Object>of("bootstrap.servers", broker.address());
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            for (var event : events) {
                producer.send(new ProducerRecord<>("agenttask.progress", event.taskuid(), event.toJson()))
                        .get();
            }
        }
    }

    private static void sendOneOfANewerVersion(KafkaBroker broker, ProgressEvent event) {
        var json = new String(event.toJson(), StandardCharsets.UTF_8).replace("\"type\":\"log\"", "\"type\":\"smell\"");
        broker.append("agenttask.progress", event.taskuid(), json.getBytes(StandardCharsets.UTF_8));
    }

    private String host() {
        return git.url("").replaceFirst("/$", "");
    }

    private void credentialFor(String hosts) {
        cli.server()
                .client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("git")
                        .withNamespace(cli.namespace())
                        .addToAnnotations("agenttask.dev/hosts", hosts)
                        .endMetadata()
                        .withType("kubernetes.io/basic-auth")
                        .withStringData(Map.of("username", GitServer.USER, "password", GitServer.PASSWORD))
                        .build())
                .create();
    }
}
