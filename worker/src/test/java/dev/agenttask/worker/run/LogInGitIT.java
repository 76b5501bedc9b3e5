package dev.agenttask.worker.run;

import static dev.agenttask.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agenttask.api.SetupStep;
import dev.agenttask.api.VerifyCommand;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.fixture.GitServer;
import dev.agenttask.worker.fixture.LocalPod;
import dev.agenttask.worker.fixture.Plans;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands of an attempt printed is in git, however the attempt ended and whatever Kafka did. */
class LogInGitIT {

    private static final Optional<String> KAFKA_AWAY = Optional.of("localhost:1");

    @TempDir
    private Path directory;

    private GitServer server;
    private Path bare;

    @BeforeEach
    void serve() throws Exception {
        server = new GitServer(Files.createDirectory(directory.resolve("repositories")));
        bare = server.createWith("shop.git", "app.txt", "broken\n");
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void with_kafka_away_from_the_beginning_to_the_end_every_printed_line_is_in_git() throws Exception {
        var plan = Plans.with(
                plan(), List.of(new SetupStep("install", "-", "1m")), List.of(new VerifyCommand("test", "-", "1m")));
        try (var pod = new LocalPod(plan, KAFKA_AWAY)) {
            pod.script("setup-0", "echo installing")
                    .script("agent", "seq -f 'line %.0f' 200000; echo " + GitServer.PASSWORD + "; echo fixed > app.txt")
                    .script("check-0", "grep fixed app.txt")
                    .run();
            assertThat(pod.report("deliver").logKept()).isTrue();
        }
        var log = git(bare, "show", Plans.LOG + ":log.txt").lines().toList();
        var lines = IntStream.rangeClosed(1, 200_000).mapToObj(i -> "line " + i).toList();
        assertThat(log.stream().filter(l -> l.contains(" agent | line ")).map(l -> l.substring(l.indexOf("line"))))
                .isEqualTo(lines);
        assertThat(log)
                .anyMatch(line -> line.endsWith(" setup | installing"))
                .anyMatch(line -> line.endsWith(" agent | ***"))
                .anyMatch(line -> line.endsWith(" verify | fixed"))
                .anyMatch(line -> line.contains(" verify * 'test' succeeded after "))
                .noneMatch(line -> line.contains(GitServer.PASSWORD));
        assertThat(log.getLast())
                .contains(" deliver * pushed " + git(bare, "rev-parse", Plans.BRANCH) + " to " + Plans.BRANCH);
        assertThat(git(bare, "log", "--format=%P%s", Plans.LOG)).isEqualTo("Log of fix-it");
        assertThat(git(bare, "show", Plans.LOG + ":events.jsonl").lines())
                .extracting(line -> ProgressEvent.parse(line.getBytes(StandardCharsets.UTF_8))
                        .type())
                .startsWith("step.started", "step.finished")
                .endsWith("verification", "step.started");
    }

    @Test
    void the_log_of_an_agent_that_failed_is_kept_next_to_its_work() throws Exception {
        try (var pod = new LocalPod(plan(), Optional.empty())) {
            pod.script("agent", "echo half > app.txt; echo I give up; exit 7").run();
            assertThat(pod.report("worker").reason()).isEqualTo("AgentFailed");
            assertThat(pod.report("worker").logKept()).isTrue();
        }
        assertThat(git(bare, "show", Plans.WIP + ":app.txt")).isEqualTo("half");
        assertThat(git(bare, "show", Plans.LOG + ":log.txt"))
                .containsSubsequence(
                        "agent | I give up", "agent * failed", "exit code 7", "result * FAILED AgentFailed");
    }

    @Test
    void the_log_of_a_setup_that_failed_is_kept_where_there_is_no_work() throws Exception {
        var plan = Plans.with(plan(), List.of(new SetupStep("install", "-", "1m")), List.of());
        try (var pod = new LocalPod(plan, Optional.empty())) {
            pod.script("setup-0", "echo no such package; exit 1").run();
            assertThat(pod.report("worker").logKept()).isTrue();
        }
        assertThat(git(bare, "show", Plans.LOG + ":log.txt")).contains("setup | no such package");
    }

    @Test
    void the_log_of_a_pod_that_is_deleted_is_kept_and_that_of_a_worker_before_a_crash_too() throws Exception {
        try (var pod = new LocalPod(plan(), Optional.empty())) {
            pod.script(
                    "agent",
                    "echo before; touch first; while [ ! -e second ]; do sleep 0.1; done; echo after; sleep 1000");
            pod.runClone();
            pod.startWorker();
            pod.startAgent();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(pod.volume("workspace").resolve("first")));
            await().atMost(Duration.ofSeconds(60)).until(() -> isInLog(pod, "agent | before"));
            pod.crash("worker");
            pod.startWorker();
            Files.createFile(pod.volume("workspace").resolve("second"));
            await().atMost(Duration.ofSeconds(60)).until(() -> isInLog(pod, "agent | after"));
            pod.delete();
            assertThat(pod.report("worker").reason()).isEqualTo("Interrupted");
            assertThat(pod.report("worker").logKept()).isTrue();
        }
        assertThat(git(bare, "show", Plans.LOG + ":log.txt"))
                .containsSubsequence("agent | before", "agent | after", "result * FAILED Interrupted");
    }

    private AttemptPlan plan() {
        return Plans.of(server.url("shop.git"));
    }

    private static boolean isInLog(LocalPod pod, String line) throws Exception {
        try (var files = Files.walk(pod.volume("tmp").resolve("agenttask/log"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file).contains(line)) {
                    return true;
                }
            }
            return false;
        }
    }
}
