package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Forecast;
import dev.agenttask.api.Phase;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.api.batch.AgentTaskBatchStatus;
import dev.agenttask.api.batch.BatchPhase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * What a pipeline does: fifty tasks from one template with a canary of two, submitted by the script of
 * {@code integrations/shell}. Three are made to fail, each in its way, and two change the same line. It takes some minutes,
 * so that it has a target of its own: {@code make acceptance}.
 */
@Tag("acceptance")
@Isolated
class FiftyTasksClusterIT {

    private static final int TASKS = 50;
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final Map<String, String> FAILURES =
            Map.of("fails", "AgentFailed", "idle", "NoChange", "broken", "VerificationFailed");

    @TempDir
    private static Path directory;

    private static Installation installation;
    private static TestNamespace namespace;
    private static TaskHistory history;
    private static int exitCode;
    private static final List<BatchLook> LOOKS = new ArrayList<>();

    @BeforeAll
    static void run() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "fifty");
        var git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
        writeFiles(git);
        history = TaskHistory.of(namespace);
        var pipeline = start(
                "pipeline",
                "sh",
                ROOT.resolve("integrations/shell/submit-and-wait.sh").toString());
        try {
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> batch().isPresent());
            var name = batch().orElseThrow().getMetadata().getName();
            var watching = start("watch", "kubectl", "agenttask", "watch", "atb/" + name, "-n", namespace.name());
            Awaitility.await()
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> looked() && !pipeline.isAlive());
            assertThat(watching.waitFor(1, TimeUnit.MINUTES)).isTrue();
            exitCode = pipeline.exitValue();
        } finally {
            pipeline.destroy();
        }
    }

    @AfterAll
    static void remove() {
        history.close();
        namespace.close();
        installation.close();
    }

    @Test
    void the_pipeline_fails_and_its_report_has_fifty_test_cases_of_which_three_say_why_they_failed() throws Exception {
        assertThat(exitCode).as(Files.readString(output("pipeline"))).isEqualTo(1);

        var report = parse(directory.resolve("report.xml"));

        assertThat(nodes(report, "//testcase").getLength()).isEqualTo(TASKS);
        assertThat(nodes(report, "//error | //skipped").getLength()).isZero();
        var failures = nodes(report, "//failure");
        var reasons = new TreeMap<String, String>();
        for (var i = 0; i < failures.getLength(); i++) {
            var failure = (Element) failures.item(i);
            var item = ((Element) failure.getParentNode()).getAttribute("name").replaceFirst(".*-", "");
            reasons.put(item, failure.getAttribute("type"));
            assertThat(failure.getAttribute("message"))
                    .as("what people read first")
                    .startsWith(failure.getAttribute("type") + ": ")
                    .hasSizeGreaterThan(failure.getAttribute("type").length() + 12);
            assertThat(failure.getTextContent()).contains("kubectl agenttask explain ");
        }
        assertThat(reasons).isEqualTo(new TreeMap<>(FAILURES));
    }

    @Test
    void the_canary_goes_first_and_the_others_start_when_it_has_succeeded() {
        assertThat(LOOKS).anyMatch(look -> look.status().phase() == BatchPhase.CANARY);
        assertThat(LOOKS)
                .filteredOn(look -> look.status().phase() == BatchPhase.CANARY)
                .allSatisfy(look -> assertThat(look.status().waiting()).isGreaterThanOrEqualTo(TASKS - 2));
        assertThat(LOOKS.getLast().status().condition(AgentTaskBatchStatus.CANARY_PASSED))
                .hasValueSatisfying(condition -> assertThat(condition.status()).isEqualTo("True"));
    }

    @Test
    void at_every_look_the_batch_counts_each_task_where_it_was_a_moment_before_and_takes_nothing_back() {
        BatchLook.check(LOOKS, history);
    }

    @Test
    void in_the_end_batch_and_tasks_are_equal() {
        var last = LOOKS.getLast();

        assertThat(last.status().phase()).isEqualTo(BatchPhase.FAILED);
        assertThat(last.tasks())
                .isEqualTo(Map.of(Phase.SUCCEEDED, TASKS - FAILURES.size(), Phase.FAILED, FAILURES.size()));
        assertThat(last.agreesWith(last.tasks())).isTrue();
        assertThat(last.status().reasons().keySet()).containsExactlyInAnyOrderElementsOf(FAILURES.values());
    }

    @Test
    void the_command_line_shows_each_task_in_phases_that_it_was_in_and_in_their_order() throws Exception {
        for (var name : List.of("watch", "pipeline")) {
            var shown = shown(output(name));
            assertThat(shown).as(name).hasSize(TASKS);
            shown.forEach((task, phases) -> {
                var were = words(history.of(task).stream());
                assertThat(were).as("%s: %s in %s", name, task, phases).containsSubsequence(phases);
                assertThat(phases.getLast()).isEqualTo(were.getLast());
            });
        }
    }

    @Test
    void at_every_look_the_metrics_count_each_task_where_it_was_and_in_the_end_they_are_equal() {
        BatchLook.checkMetrics(LOOKS, history);

        Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(metrics())
                .isEqualTo(LOOKS.getLast().tasks()));
    }

    @Test
    void the_forecast_names_the_two_tasks_that_change_the_same_line_and_no_other() throws Exception {
        var batch = batch().orElseThrow().getMetadata().getName();
        assertConflict(batch + "-left", batch + "-right");
        assertConflict(batch + "-right", batch + "-left");
        Awaitility.await().atMost(TestNamespace.PATIENCE).untilAsserted(() -> assertThat(
                        batch().orElseThrow().getStatus().forecast())
                .satisfies(forecast -> assertThat(forecast.conflictingPairs()).isEqualTo(1)));
    }

    private static void assertConflict(String task, String other) throws Exception {
        var status = namespace.await(task, TestNamespace.PATIENCE, now -> now.condition(Condition.MERGES_CLEANLY)
                .filter(condition -> condition.status().equals("False"))
                .isPresent());
        assertThat(status.forecast().conflicts())
                .extracting(Forecast.Conflict::task)
                .containsExactly(other);
    }

    private static void writeFiles(GitServer git) throws IOException {
        Files.writeString(
                directory.resolve("template.yaml"),
                "apiVersion: agenttask.dev/v1alpha1\nkind: AgentTask\nmetadata: {name: fifty}\nspec:\n"
                        + (git.task("shop", "{{script}}", "{{check}}")
                                        + "resources: {requests: {cpu: 20m, memory: 32Mi}, limits: {cpu: \"1\", memory: 256Mi}}\n")
                                .indent(2));
        var rows = new ArrayList<>(List.of(
                "left,sed -i s/^one$/uno/ list,true",
                "right,sed -i s/^one$/eins/ list,true",
                "fails,echo no way; exit 3,true",
                "idle,true,true",
                "broken,echo x >broken,test ! -e broken"));
        for (var number = rows.size(); number < TASKS; number++) {
            // The first two are the canary.
            rows.add(0, "n%02d,echo %d >file-%d,test -s file-%d".formatted(number, number, number, number));
        }
        Files.writeString(directory.resolve("items.csv"), "item,script,check\n" + String.join("\n", rows) + "\n");
    }

    private static Process start(String name, String... command) throws IOException {
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output(name).toFile())
                .redirectInput(new File("/dev/null"));
        var environment = builder.environment();
        environment.merge("PATH", ROOT.resolve("build/cli/bin").toString(), (path, folder) -> folder + ":" + path);
        environment.put("AGENTTASK_TEMPLATE", directory.resolve("template.yaml").toString());
        environment.put("AGENTTASK_ITEMS", directory.resolve("items.csv").toString());
        environment.put("AGENTTASK_CANARY", "2");
        environment.put("AGENTTASK_NAMESPACE", namespace.name());
        environment.put("AGENTTASK_TIMEOUT", "25m");
        environment.put("AGENTTASK_REPORT", directory.resolve("report.xml").toString());
        return builder.start();
    }

    private static Map<Phase, Integer> metrics() {
        return Metrics.tasksByPhase(installation, namespace.name());
    }

    private static Path output(String name) {
        return directory.resolve(name + ".txt");
    }

    private static Optional<AgentTaskBatch> batch() {
        return namespace
                .client()
                .resources(AgentTaskBatch.class)
                .inNamespace(namespace.name())
                .list()
                .getItems()
                .stream()
                .findFirst();
    }

    /** Has a look, and tells whether the batch has ended. */
    private static boolean looked() {
        var batch = batch().orElseThrow();
        var list = namespace
                .client()
                .resources(AgentTask.class)
                .inNamespace(namespace.name())
                .list();
        var status = Optional.ofNullable(batch.getStatus()).orElse(AgentTaskBatchStatus.NONE);
        if (status.phase() == null) {
            return false;
        }
        var measured = metrics();
        LOOKS.add(new BatchLook(
                TaskHistory.version(batch.getMetadata().getResourceVersion()),
                status,
                TaskHistory.version(list.getMetadata().getResourceVersion()),
                TaskHistory.byPhase(list.getItems()),
                measured));
        return status.phase().terminal();
    }

    /** The phases in which lines such as {@code NAME Running agent: ...} show each task, without repetitions. */
    private static Map<String, List<String>> shown(Path lines) throws IOException {
        var shown = new TreeMap<String, List<String>>();
        var phases = words(Stream.of(Phase.values()));
        for (var line : Files.readAllLines(lines)) {
            var words = line.split("[ :]");
            if (words.length > 1 && words[0].startsWith("fifty-") && phases.contains(words[1])) {
                var seen = shown.computeIfAbsent(words[0], task -> new ArrayList<>());
                if (seen.isEmpty() || !seen.getLast().equals(words[1])) {
                    seen.add(words[1]);
                }
            }
        }
        return shown;
    }

    private static List<String> words(Stream<Phase> phases) {
        return phases.map(FiftyTasksClusterIT::word).toList();
    }

    private static String word(Phase phase) {
        return phase.name().charAt(0) + phase.name().substring(1).toLowerCase(java.util.Locale.ROOT);
    }

    private static Document parse(Path report) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(report.toFile());
    }

    private static NodeList nodes(Document report, String path) throws Exception {
        return (NodeList) XPathFactory.newDefaultInstance().newXPath().evaluate(path, report, XPathConstants.NODESET);
    }
}
