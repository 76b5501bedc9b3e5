package dev.agenttask.e2e;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Condition;
import dev.agenttask.api.batch.AgentTaskBatch;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What a real Prometheus reads, and what dashboards and rules make of it, is what the cluster says. It starts with a leader
 * that has counted nothing yet, and with few slots, so that tasks wait.
 */
@Isolated
class MonitoringClusterIT {

    private static final String SLOTS = "AGENTTASK_MAX_RUNNING";

    /** What shows nothing as long as nothing of that kind has happened. */
    private static final Set<String> MAY_BE_EMPTY = Set.of(
            // No reconciliation has failed.
            "AgentTask / Operator / Failed reconciliations",
            // Every request got an answer: the second query of this panel.
            "AgentTask / Operator / Answers",
            // The garbage collector has not stopped a new process yet: the first query of this panel.
            "AgentTask / Operator / Garbage collection, and threads");

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;
    private static Prometheus prometheus;
    private static String slotsBefore;

    @BeforeAll
    static void letTasksRunAndEnd() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "monitoring");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
        slotsBefore = installation.configure(SLOTS, "3");
        prometheus = Prometheus.start(installation.pods("controller"));
        start("long", git.small("shop", "echo begun > begun; sleep 3000") + "priority: 100\n");
        namespace.awaitStep("long", "agent");
        var ends = new TreeMap<String, String>();
        Stream.of("one", "two", "three", "four")
                .forEach(word -> ends.put("good-" + word, git.small("shop", "echo " + word + " >> list")));
        ends.put("broken-a", git.small("shop", "exit 3"));
        ends.put("broken-b", git.small("shop", "exit 4"));
        ends.put("idle", git.small("shop", "true"));
        ends.put("wrong", git.small("shop", "echo wrong >> list").replace("run: \"true\"", "run: \"false\""));
        ends.put("lost", git.small("absent", "true"));
        ends.put("unwanted", git.small("shop", "sleep 600") + "priority: -1\n");
        ends.forEach(MonitoringClusterIT::start);
        namespace.patch("unwanted", "{\"spec\":{\"cancel\":true}}");
        namespace.create(Serialization.unmarshal(batch("pair"), AgentTaskBatch.class));
        ends.keySet().forEach(namespace::awaitFinished);
        namespace
                .client()
                .resources(AgentTaskBatch.class)
                .inNamespace(namespace.name())
                .withName("pair")
                .waitUntilCondition(
                        batch -> batch.getStatus() != null
                                && batch.getStatus().phase() != null
                                && batch.getStatus().phase().terminal(),
                        TestNamespace.PATIENCE.toSeconds(),
                        TimeUnit.SECONDS);
    }

    @AfterAll
    static void putBack() throws Exception {
        try (var _ = installation;
                var _ = namespace;
                var _ = prometheus) {
            if (slotsBefore != null) {
                installation.configure(SLOTS, slotsBefore);
            }
        }
    }

    @Test
    void the_figures_are_those_of_the_cluster() {
        eventually(() -> assertThat(prometheus.counts(in("agenttask_tasks") + " > 0", "phase"))
                .isEqualTo(count(tasks(), task -> word(task.getStatus().phase()))));
        eventually(
                () -> assertThat(prometheus.counts(in("agenttask_tasks_finished_total") + " > 0", "phase", "verified"))
                        .isEqualTo(count(
                                tasks().filter(task -> task.getStatus().phase().terminal()),
                                task -> word(task.getStatus().phase()) + " " + verified(task))));
        eventually(() -> assertThat(prometheus.counts(in("agenttask_attempts_finished_total"), "class", "reason"))
                .isEqualTo(count(
                        tasks().flatMap(task -> task.getStatus().attempts().stream())
                                .filter(Attempt::finished),
                        attempt -> failureClass(attempt) + " " + attempt.reason())));
        eventually(() -> assertThat(prometheus.counts(in("agenttask_batches") + " > 0", "phase"))
                .isEqualTo(Map.of("Failed", 1L)));
        eventually(() -> assertThat(prometheus.query("sum(agenttask_leader) == 1 and sum(agenttask_slots) == 3"))
                .hasSize(1));
    }

    @Test
    void a_running_task_is_shown_with_its_step() {
        eventually(() -> assertThat(
                        prometheus.counts(in("agenttask_task_step_age_seconds") + " > bool -1", "task", "step"))
                .containsEntry("long agent", 1L));
    }

    @Test
    void tasks_waited_for_their_slots() throws Exception {
        assertThat(prometheus.query("max_over_time(sum(agenttask_slots_waiting)[15m:1s]) > 0"))
                .isNotEmpty();
        assertThat(prometheus.query("max_over_time(sum(agenttask_slots_used)[15m:1s]) <= 3"))
                .isNotEmpty();
        var slots =
                tasks().mapToLong(task -> task.getStatus().attempts().size()).sum();
        eventually(() -> assertThat(prometheus.query("sum(agenttask_queue_wait_seconds_count) >= " + slots))
                .hasSize(1));
    }

    @Test
    void every_panel_shows_something() throws Exception {
        var queries = new Panels(Map.of(
                        "$__rate_interval", "1m", "$__range", "15m", "$namespace", namespace.name(), "$task", "long"))
                .queries();
        assertThat(queries).hasSizeGreaterThan(50);
        var empty = new ArrayList<Panels.Query>();
        for (var query : queries) {
            if (prometheus.query(query.expression()).isEmpty()) {
                empty.add(query);
            }
        }
        assertThat(empty).allMatch(query -> MAY_BE_EMPTY.contains(query.panel()));
    }

    @Test
    void every_rule_is_evaluated_and_the_operator_is_well() throws Exception {
        eventually(() -> assertThat(prometheus.rules()).hasSizeGreaterThan(20).allSatisfy(rule -> assertThat(
                        rule.path("health").asText())
                .as(rule.path("name").asText() + ": " + rule.path("lastError").asText())
                .isEqualTo("ok")));
        for (var rule : prometheus.rules()) {
            if (rule.path("type").asText().equals("recording")) {
                assertThat(prometheus.query(rule.path("name").asText()))
                        .as(rule.path("name").asText())
                        .isNotEmpty();
            }
        }
        assertThat(prometheus.values("ALERTS{alertstate=\"firing\",alertname!=\"AgentTaskFailing\"}", "alertname"))
                .isEmpty();
    }

    @Test
    void a_task_that_is_over_leaves_no_series_of_its_own() {
        start("short", git.small("shop", "echo short >> list; sleep 5") + "priority: 50\n");
        eventually(() -> assertThat(prometheus.values(in("agenttask_task_age_seconds"), "task"))
                .contains("short"));
        namespace.awaitFinished("short");
        eventually(() -> assertThat(prometheus.values("{__name__=~\"agenttask_.*\",task!=\"\"}", "task"))
                .doesNotContain("short"));
    }

    private static void start(String task, String spec) {
        namespace.apply(task, spec);
    }

    private static String batch(String name) {
        return """
                apiVersion: agenttask.dev/v1alpha1
                kind: AgentTaskBatch
                metadata: {name: %s}
                spec:
                  template:
                    spec:
                %s  items:
                    - {name: fine, parameters: {code: "0"}}
                    - {name: fails, parameters: {code: "5"}}
                """.formatted(
                name, git.small("shop", "echo {{code}} >> list; exit {{code}}").indent(6));
    }

    private static Stream<AgentTask> tasks() {
        return namespace.client().resources(AgentTask.class).inNamespace(namespace.name()).list().getItems().stream();
    }

    private static String verified(AgentTask task) {
        return task.getStatus()
                .condition(Condition.VERIFIED)
                .map(Condition::status)
                .orElse("Unknown");
    }

    private static String failureClass(Attempt attempt) {
        return attempt.failureClass() == null ? "None" : word(attempt.failureClass());
    }

    private static <T> Map<String, Long> count(Stream<T> all, Function<T, String> key) {
        return all.collect(groupingBy(key, TreeMap::new, counting()));
    }

    /** A metric in the namespace of the test. */
    private static String in(String metric) {
        return metric + "{namespace=\"" + namespace.name() + "\"}";
    }

    private static String word(Enum<?> constant) {
        return constant.name().charAt(0) + constant.name().substring(1).toLowerCase(Locale.ROOT);
    }

    private static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(assertion);
    }
}
