package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A real Prometheus beside the test, on the node, that reads every replica of the operator once per second and evaluates the
 * rules of the chart. The program is the one of scripts/prometheus-tools.
 *
 * @param process that runs
 * @param port that it answers at
 * @param folder of its configuration and its data
 */
record Prometheus(Process process, int port, Path folder) implements AutoCloseable {

    private static final Path RULES = Path.of("../charts/agenttask/rules/agenttask.yaml");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One series of an answer. */
    record Sample(Map<String, String> labels, double value) {

        /** The values of labels, in that order. */
        String of(List<String> names) {
            return names.stream().map(labels::get).collect(Collectors.joining(" "));
        }
    }

    /** Starts, and waits until each of the pods was read. */
    static Prometheus start(List<Pod> pods) throws IOException {
        var folder = Files.createTempDirectory("prometheus");
        var config = Files.writeString(folder.resolve("prometheus.yaml"), config(pods));
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        var prometheus = new Prometheus(process, port, folder);
        try {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .untilAsserted(() -> assertThat(prometheus.query("up == 1"))
                            .as(prometheus.log())
                            .hasSameSizeAs(pods));
        } catch (ConditionTimeoutException e) {
            prometheus.close();
            throw e;
        }
        return prometheus;
    }

    private static String config(List<Pod> pods) {
        var targets = pods.stream()
                .map(pod -> """
                              - targets: ["%s:8080"]
                                labels: {instance: %s}
                        """.formatted(
                                pod.getStatus().getPodIP(), pod.getMetadata().getName()))
                .collect(Collectors.joining());
        return """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ["%s"]
                scrape_configs:
                  - job_name: agenttask
                    metrics_path: /q/metrics
                    honor_labels: true
                    static_configs:
                """.formatted(RULES.toAbsolutePath().normalize()) + targets;
    }

    /**
     * The present answer to a query.
     *
     * @throws AssertionError if Prometheus refuses the query
     */
    List<Sample> query(String expression) throws IOException, InterruptedException {
        var data = get("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8), expression);
        return StreamSupport.stream(data.path("result").spliterator(), false)
                .map(series -> new Sample(
                        JSON.convertValue(
                                series.path("metric"),
                                JSON.getTypeFactory().constructMapType(TreeMap.class, String.class, String.class)),
                        Double.parseDouble(series.path("value").path(1).asText())))
                .toList();
    }

    /** The same as a map, whose keys are the values of those labels. */
    Map<String, Long> counts(String expression, String... labels) throws IOException, InterruptedException {
        Function<Sample, String> key = sample -> sample.of(List.of(labels));
        return query(expression).stream()
                .collect(Collectors.toMap(key, sample -> Math.round(sample.value()), Long::sum, TreeMap::new));
    }

    /** The values of a label among all series of an expression. */
    Set<String> values(String expression, String label) throws IOException, InterruptedException {
        return counts(expression, label).keySet();
    }

    /** Every rule, as the API tells of them. */
    List<JsonNode> rules() throws IOException, InterruptedException {
        return StreamSupport.stream(get("rules", "rules").path("groups").spliterator(), false)
                .flatMap(group -> StreamSupport.stream(group.path("rules").spliterator(), false))
                .toList();
    }

    private JsonNode get(String path, String what) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path));
        try (var client = HttpClient.newHttpClient()) {
            var answer = JSON.readTree(
                    client.send(request.build(), BodyHandlers.ofString()).body());
            assertThat(answer.path("status").asText())
                    .as("%s: %s", what, answer.path("error").asText())
                    .isEqualTo("success");
            return answer.path("data");
        }
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        try (var files = Files.walk(folder)) {
            files.sorted((one, other) -> other.compareTo(one))
                    .forEach(file -> file.toFile().delete());
        }
    }
}
