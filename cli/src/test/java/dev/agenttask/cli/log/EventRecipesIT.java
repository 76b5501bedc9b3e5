package dev.agenttask.cli.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.agenttask.fixture.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The recipes of examples/events, each run as a person runs it, on events that were recorded on a cluster. */
class EventRecipesIT {

    private static final Path RECIPES = Path.of("../examples/events");
    private static final Path RECORDED = Path.of("../api/src/test/resources/events/v1alpha1/0.1.0");
    private static final String TOPIC = "agenttask.progress";
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path directory;

    private static KafkaBroker broker;
    private static Path settings;
    private static String path;
    private static List<String> succeeded;
    private static List<String> failed;

    enum Recipe {
        KCAT,
        PYTHON,
        JAVA;

        private List<String> command() {
            return switch (this) {
                case KCAT -> List.of(RECIPES.resolve("kcat.sh").toString());
                case PYTHON -> List.of(RECIPES.resolve("follow.py").toString());
                case JAVA ->
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            "target/lib/*",
                            RECIPES.resolve("Follow.java").toString());
            };
        }
    }

    @BeforeAll
    static void record() throws Exception {
        path = prepare() + ":" + System.getenv("PATH");
        broker = new KafkaBroker(directory.resolve("kafka")).start();
        broker.createTopic(TOPIC, 3);
        settings = Files.writeString(directory.resolve("reader.properties"), broker.readerProperties());
        succeeded = Files.readAllLines(RECORDED.resolve("succeeded.jsonl"));
        failed = Files.readAllLines(RECORDED.resolve("failed.jsonl"));
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.address(), "compression.type", "zstd"),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, "no-json", "nothing"));
            producer.send(new ProducerRecord<>(TOPIC, "no-event", "[1]"));
            producer.send(new ProducerRecord<>(TOPIC, "another-event", "{\"specversion\":\"1.0\"}"));
            producer.send(new ProducerRecord<>(TOPIC, "no-value", null));
            Stream.concat(failed.stream(), disturbed().stream())
                    .forEach(json -> producer.send(new ProducerRecord<>(
                            TOPIC, event(json).get("taskuid").asText(), json)));
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /** The events of the task that succeeded: some twice, one of a type that nobody knows, a hole, and a gap. */
    private static List<String> disturbed() {
        var events = new ArrayList<>(succeeded.subList(0, 4));
        events.addAll(succeeded.subList(1, 4));
        events.add(unknown());
        events.add(succeeded.get(4));
        events.addAll(succeeded.subList(7, 9));
        events.add(gap());
        events.addAll(succeeded.subList(10, succeeded.size()));
        return events;
    }

    private static String unknown() {
        return succeeded.get(4).replace("\"log\"", "\"weather\"").replace("/worker", "/satellite");
    }

    private static String gap() {
        return succeeded.get(9).replace("\"log\"", "\"gap\"").replaceFirst("\"data\":.*", "\"data\":{\"events\":1}}");
    }

    private static List<String> shown() {
        var lines = new ArrayList<String>();
        succeeded.subList(0, 4).forEach(json -> lines.add(line(json)));
        lines.add(line(unknown()));
        lines.add(line(succeeded.get(4)));
        lines.add("! soak-9952b28a/t27-slow 1: 1 events before 6 were not seen");
        succeeded.subList(7, 9).forEach(json -> lines.add(line(json)));
        lines.add(line(gap()));
        succeeded.subList(10, succeeded.size()).forEach(json -> lines.add(line(json)));
        return lines;
    }

    private static String line(String json) {
        var event = event(json);
        return String.join(
                " ",
                event.get("time").asText(),
                event.get("subject").asText(),
                event.get("attempt").asText(),
                event.get("source").asText().replace("/agenttask/", ""),
                event.get("sequence").asText(),
                event.get("type").asText(),
                event.get("data").toString());
    }

    @ParameterizedTest
    @EnumSource
    void each_event_of_a_task_is_shown_once_until_it_succeeds(Recipe recipe) throws Exception {
        try (var run = new Run(recipe, settings, uid(succeeded))) {
            assertThat(run.exitCode()).as("%s", run).isZero();
            assertThat(run.lines()).containsExactlyElementsOf(shown());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_that_fails_ends_it_with_1(Recipe recipe) throws Exception {
        try (var run = new Run(recipe, settings, uid(failed))) {
            assertThat(run.exitCode()).as("%s", run).isEqualTo(1);
            assertThat(run.lines())
                    .containsExactlyElementsOf(
                            failed.stream().map(EventRecipesIT::line).toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void all_tasks_are_shown_until_it_is_stopped(Recipe recipe) throws Exception {
        var wanted = Stream.concat(shown().stream(), failed.stream().map(EventRecipesIT::line))
                .toList();
        try (var run = new Run(recipe, settings)) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(run.lines())
                    .as("%s", run)
                    .containsExactlyInAnyOrderElementsOf(wanted)
                    .containsSubsequence(shown()));
            var children = run.process.descendants().toList();
            run.process.destroy();
            assertThat(run.exitCode()).isEqualTo(128 + 15);
            await().atMost(PATIENCE).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_broker_that_is_away_ends_it_with_3(Recipe recipe) throws Exception {
        var away = Files.writeString(directory.resolve("away.properties"), "bootstrap.servers=localhost:1\n");
        try (var run = new Run(recipe, away, uid(failed))) {
            assertThat(run.exitCode()).as("%s", run).isEqualTo(3);
            assertThat(run.complaints()).contains("Kafka cannot be read");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_topic_that_is_not_there_ends_it_with_3(Recipe recipe) throws Exception {
        try (var run = new Run(Map.of("TOPIC", "agenttask.none"), recipe, settings)) {
            assertThat(run.exitCode()).as("%s", run).isEqualTo(3);
            assertThat(run.complaints()).contains("Kafka cannot be read");
        }
    }

    private static String uid(List<String> events) {
        return event(events.getFirst()).get("taskuid").asText();
    }

    private static JsonNode event(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String prepare() throws Exception {
        var prepare = new ProcessBuilder(RECIPES.resolve("prepare").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var printed = new String(prepare.getInputStream().readAllBytes()).strip();
        assertThat(prepare.waitFor()).isZero();
        return printed;
    }

    /** A recipe that runs. */
    private static final class Run implements AutoCloseable {

        private final Path out = Files.createTempFile(directory, "out", "");
        private final Path err = Files.createTempFile(directory, "err", "");
        private final Process process;

        Run(Recipe recipe, Path settings, String... task) throws IOException {
            this(Map.of(), recipe, settings, task);
        }

        Run(Map<String, String> environment, Recipe recipe, Path settings, String... task) throws IOException {
            var command = new ArrayList<>(recipe.command());
            command.add(settings.toString());
            command.addAll(List.of(task));
            var builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().put("PATH", path);
            builder.environment().putAll(environment);
            process = builder.start();
        }

        int exitCode() throws InterruptedException {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("%s", this)
                    .isTrue();
            return process.exitValue();
        }

        List<String> lines() throws IOException {
            return Files.readAllLines(out);
        }

        String complaints() throws IOException {
            return Files.readString(err);
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }

        @Override
        public String toString() {
            try {
                return Files.readString(out) + complaints();
            } catch (IOException e) {
                return e.toString();
            }
        }
    }
}
