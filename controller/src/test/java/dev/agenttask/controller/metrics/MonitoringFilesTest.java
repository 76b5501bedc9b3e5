package dev.agenttask.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Usage;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Documentation, dashboards and rules speak of the metrics that there are, and the documentation of all of them. */
class MonitoringFilesTest {

    private static final Path ROOT = Path.of("..");
    private static final Path DASHBOARDS = ROOT.resolve("charts/agenttask/dashboards");
    private static final Pattern NAME = Pattern.compile("\\b(?:agenttask_|agenttask:|jvm_|process_)[a-z0-9_:]+");
    private static final Pattern ROW =
            Pattern.compile("^\\| `(agenttask_\\w+)` \\| (\\w+) \\| ([\\w, ]*?) ?\\|", Pattern.MULTILINE);
    /** Added by Prometheus, or by histograms. */
    private static final Set<String> COMMON_LABELS = Set.of("le");

    private static String scrape;
    private static String docs;
    private static JsonNode rules;

    @BeforeAll
    static void read() throws Exception {
        scrape = everything();
        docs = Files.readString(ROOT.resolve("docs/monitoring.md"));
        rules = yaml(ROOT.resolve("charts/agenttask/rules/agenttask.yaml"));
    }

    @Test
    void the_documentation_has_every_metric_with_its_type_and_its_labels_and_no_other() {
        var documented = new TreeMap<String, String>();
        ROW.matcher(docs).results().forEach(row -> {
            var labels = Arrays.stream(row.group(3).split(", ")).filter(l -> !l.isBlank());
            documented.put(row.group(1), row.group(2) + labels.collect(Collectors.toCollection(TreeSet::new)));
        });
        assertThat(documented).isEqualTo(families());
    }

    @Test
    void whatever_documentation_dashboards_and_rules_name_is_there() throws IOException {
        var there = new HashSet<>(sampleNames());
        each(rules, "record").forEach(record -> there.add(record.asText()));
        var named = new TreeSet<String>();
        Stream.concat(
                        Stream.of(ROW.matcher(docs).replaceAll("")),
                        Stream.concat(expressions(rules), panels().flatMap(p -> expressions(p))))
                .flatMap(text -> NAME.matcher(text).results())
                .map(found -> found.group())
                .filter(name -> !name.endsWith("_"))
                .forEach(named::add);
        assertThat(named).hasSizeGreaterThan(40);
        named.removeAll(there);
        assertThat(named).isEmpty();
    }

    @Test
    void every_alert_says_what_is_the_matter_and_has_a_section_that_says_what_to_do() {
        var alerts = alerts();
        assertThat(alerts).isNotEmpty().allSatisfy(alert -> {
            var name = alert.path("alert").asText();
            var annotations = alert.path("annotations");
            assertThat(annotations.path("summary").asText()).isNotEmpty();
            assertThat(annotations.path("description").asText()).endsWith(".");
            assertThat(annotations.path("runbook").asText()).isEqualTo("docs/monitoring.md#" + name.toLowerCase());
            assertThat(alert.path("labels").path("severity").asText()).isIn("warning", "critical");
        });
        assertThat(Pattern.compile("^### (AgentTask\\w+)$", Pattern.MULTILINE)
                        .matcher(docs)
                        .results()
                        .map(section -> section.group(1)))
                .containsExactlyInAnyOrderElementsOf(alerts.stream()
                        .map(alert -> alert.path("alert").asText())
                        .toList());
    }

    @Test
    void every_alert_is_tested() throws IOException {
        var tests = yaml(ROOT.resolve("charts/agenttask/rules/agenttask_test.yaml"));
        var seen = each(tests, "alert_rule_test")
                .flatMap(MonitoringFilesTest::elements)
                .filter(test -> !test.path("exp_alerts").isEmpty())
                .map(test -> test.path("alertname").asText())
                .collect(Collectors.toSet());
        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(alerts().stream()
                        .map(alert -> alert.path("alert").asText())
                        .toList());
    }

    @Test
    void every_panel_says_what_it_shows() throws IOException {
        assertThat(panels()).hasSizeGreaterThan(30).allSatisfy(panel -> {
            assertThat(panel.path("title").asText()).isNotEmpty();
            assertThat(panel.path("description").asText())
                    .as(panel.path("title").asText())
                    .endsWith(".");
            assertThat(panel.path("datasource").path("uid").asText()).isEqualTo("${datasource}");
            assertThat(elements(panel.path("targets"))).allSatisfy(target -> assertThat(
                            target.path("legendFormat").asText().isEmpty())
                    .isEqualTo(panel.path("type").asText().equals("table")));
        });
    }

    private static List<JsonNode> alerts() {
        return elements(rules.path("groups"))
                .flatMap(group -> elements(group.path("rules")))
                .filter(rule -> rule.has("alert"))
                .toList();
    }

    private static Stream<JsonNode> panels() throws IOException {
        try (var files = Files.list(DASHBOARDS)) {
            return files.map(MonitoringFilesTest::json).toList().stream()
                    .flatMap(dashboard -> elements(dashboard.path("panels")))
                    .filter(panel -> !panel.path("type").asText().equals("row"));
        }
    }

    private static Stream<String> expressions(JsonNode node) {
        return each(node, "expr").map(JsonNode::asText);
    }

    private static Stream<JsonNode> each(JsonNode node, String field) {
        return node.findValues(field).stream();
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static JsonNode json(Path file) {
        try {
            return AgentTaskJson.MAPPER.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode yaml(Path file) throws IOException {
        return Serialization.unmarshal(Files.readString(file), JsonNode.class);
    }

    private static Set<String> sampleNames() {
        return scrape.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toSet());
    }

    /** Our metrics by name: the type, and the labels that their samples have. */
    private static Map<String, String> families() {
        var families = new TreeMap<String, String>();
        var type = Pattern.compile("^# TYPE (agenttask_\\w+) (\\w+)$", Pattern.MULTILINE);
        type.matcher(scrape).results().filter(t -> !t.group(1).endsWith("_max")).forEach(t -> {
            var labels = new TreeSet<String>();
            Pattern.compile("^" + t.group(1) + "(?:_bucket)?\\{(.*)}", Pattern.MULTILINE)
                    .matcher(scrape)
                    .results()
                    .flatMap(sample -> Pattern.compile("(\\w+)=\"")
                            .matcher(sample.group(1))
                            .results())
                    .map(label -> label.group(1))
                    .filter(label -> !COMMON_LABELS.contains(label))
                    .forEach(labels::add);
            families.put(t.group(1), t.group(2) + labels);
        });
        return families;
    }

    /** What Prometheus reads when everything has happened once. */
    private static String everything() throws Exception {
        var prometheus = new Prometheus(Clock.SYSTEM);
        var registry = prometheus.registry();
        var metrics = new TaskMetrics(registry);
        metrics.observeLeader(() -> true);
        metrics.observe(Stream::of, Stream::of);
        metrics.observe(queue(), 10);
        metrics.show("team");
        metrics.runs(new RunningTask(
                new TaskId("team", "fix", "uid"),
                1,
                Instant.EPOCH,
                Duration.ofHours(1),
                "agent",
                Instant.EPOCH,
                7,
                Usage.NONE));
        metrics.attemptFinished(
                "team",
                new Attempt(
                        1,
                        "pod",
                        Instant.EPOCH,
                        Instant.EPOCH,
                        9L,
                        Attempt.Outcome.FAILED,
                        FailureClass.AGENT,
                        "AgentFailed",
                        "",
                        "",
                        "",
                        null));
        metrics.stepFinished("agent", 1, Duration.ofSeconds(9));
        metrics.taskFinished("team", Phase.FAILED, "Unknown");
        metrics.used("team", "large", new Usage(1, 1, 1, "1"));
        metrics.reconciliation("task", () -> 1);
        var api = new ApiMetrics(registry);
        api.sent("get", "pods");
        api.answered("get", 200, Duration.ofMillis(3));
        api.unanswered("get");
        var kafka = new KafkaMetrics(registry);
        kafka.observeReader(() -> 1, () -> true);
        kafka.observePublisher(registry, _ -> 1, _ -> 1, _ -> true);
        kafka.heard(ProgressEvent.of(
                ProgressEvent.WORKER, new TaskId("team", "fix", "uid"), 1, 1, Instant.EPOCH, new EventData.Gap(3)));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        try (var gc = new JvmGcMetrics()) {
            gc.bindTo(registry);
            return prometheus.scrape() + "jvm_gc_pause_seconds_sum 0\n";
        }
    }

    private static QueueState queue() {
        return new QueueState() {
            @Override
            public int running() {
                return 1;
            }

            @Override
            public int waiting() {
                return 1;
            }

            @Override
            public Duration longestWait() {
                return Duration.ofSeconds(1);
            }

            @Override
            public boolean offering() {
                return false;
            }
        };
    }
}
