package dev.agenttask.worker.run;

import static dev.agenttask.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agenttask.api.FailureClass;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.fixture.GitServer;
import dev.agenttask.worker.fixture.LocalPod;
import dev.agenttask.worker.fixture.Plans;
import dev.agenttask.worker.pod.CheckpointRecord;
import dev.agenttask.worker.pod.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Work of a running agent at the salvage ref, and what becomes of it when the attempt ends. */
class CheckpointsIT {

    private static final String WORK = "echo half > app.txt; touch started; while [ ! -e ../go ]; do sleep 0.1; done; ";

    @TempDir
    private Path repositories;

    private GitServer server;
    private Path bare;

    @BeforeEach
    void serve() throws IOException {
        server = new GitServer(repositories);
        bare = server.createWith("shop.git", "app.txt", "broken\n");
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void a_pod_that_is_lost_without_a_word_leaves_the_work_of_the_last_checkpoint() throws Exception {
        try (var pod = pod().script("agent", WORK)) {
            startAndAwaitCheckpoint(pod);
            pod.process("worker").destroyForcibly();
            pod.process("agent").destroyForcibly();
            assertThat(git(bare, "show", Plans.WIP + ":app.txt")).isEqualTo("half");
            assertThat(git(bare, "rev-parse", Plans.WIP + "^")).isEqualTo(git(bare, "rev-parse", "main"));
        }
    }

    @Test
    void what_is_delivered_is_the_work_at_the_end_and_the_checkpoint_goes() throws Exception {
        try (var pod = pod().script("agent", WORK + "rm started; echo whole > app.txt")) {
            startAndAwaitCheckpoint(pod);
            finish(pod);
            assertThat(pod.report("deliver").branch()).isEqualTo(Plans.BRANCH);
            assertThat(git(bare, "show", Plans.BRANCH + ":app.txt")).isEqualTo("whole");
            assertThat(git(bare, "for-each-ref", "refs/agenttask/wip")).isEmpty();
        }
    }

    @Test
    void a_checkpoint_of_work_that_was_taken_back_goes_when_there_is_no_change() throws Exception {
        try (var pod = pod().script("agent", WORK + "git checkout -q app.txt; rm started")) {
            startAndAwaitCheckpoint(pod);
            finish(pod);
            assertThat(pod.report("deliver").reason()).isEqualTo("NoChange");
            assertThat(git(bare, "for-each-ref", "refs/agenttask/wip")).isEmpty();
        }
    }

    @Test
    void a_failed_agent_that_took_its_work_back_leaves_no_checkpoint() throws Exception {
        try (var pod = pod().script("agent", WORK + "git checkout -q app.txt; rm started; exit 3")) {
            startAndAwaitCheckpoint(pod);
            Files.createFile(pod.volume("go"));
            assertThat(pod.await("agent")).isEqualTo(70);
            pod.terminateWorker();
            assertThat(pod.report("worker").reason()).isEqualTo("AgentFailed");
            assertThat(git(bare, "for-each-ref", "refs/agenttask/wip")).isEmpty();
        }
    }

    @Test
    void when_the_work_cannot_be_salvaged_the_last_checkpoint_is_named() throws Exception {
        try (var pod = pod().script("agent", WORK + "echo whole > app.txt; exit 3")) {
            startAndAwaitCheckpoint(pod);
            server.answerWith(exchange -> GitServer.Answer.of(403));
            Files.createFile(pod.volume("go"));
            assertThat(pod.await("agent")).isEqualTo(70);
            pod.terminateWorker();
            var report = pod.report("worker");
            assertThat(report.failureClass()).isEqualTo(FailureClass.AGENT);
            assertThat(report.wipRef()).isEqualTo(Plans.WIP);
            assertThat(report.message())
                    .contains("could not be salvaged", "The last checkpoint, of ", "is at " + Plans.WIP);
        }
    }

    @Test
    void a_server_that_takes_no_checkpoint_changes_nothing_else() throws Exception {
        var refused = new AtomicInteger();
        try (var pod = pod().script("agent", WORK + "rm started; echo whole > app.txt")) {
            pod.runClone();
            server.answerWith(exchange -> {
                refused.incrementAndGet();
                return GitServer.Answer.of(403);
            });
            pod.startWorker();
            pod.startAgent();
            await().atMost(Duration.ofMinutes(2)).until(() -> refused.get() > 0);
            server.answerWith(exchange -> Optional.empty());
            finish(pod);
            assertThat(git(bare, "show", Plans.BRANCH + ":app.txt")).isEqualTo("whole");
        }
    }

    @Test
    void a_server_that_hangs_does_not_hold_up_the_end_of_the_agent() throws Exception {
        var hung = new AtomicInteger();
        try (var pod = pod().script("agent", WORK + "rm started; echo whole > app.txt")) {
            pod.runClone();
            server.answerWith(exchange -> {
                if (hung.incrementAndGet() == 1) {
                    try {
                        Thread.sleep(Duration.ofMinutes(2));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                return Optional.empty();
            });
            pod.startWorker();
            pod.startAgent();
            await().atMost(Duration.ofMinutes(2)).until(() -> hung.get() > 0);
            var startedAt = System.nanoTime();
            finish(pod);
            assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofSeconds(30));
            assertThat(git(bare, "show", Plans.BRANCH + ":app.txt")).isEqualTo("whole");
        }
    }

    private void startAndAwaitCheckpoint(LocalPod pod) throws Exception {
        pod.runClone();
        pod.startWorker();
        pod.startAgent();
        var record = new JsonFile<>(pod.layout("worker").checkpoint(), CheckpointRecord.class);
        await().atMost(Duration.ofMinutes(2))
                .until(() -> record.read().filter(r -> !r.commit().isEmpty()).isPresent());
    }

    private static void finish(LocalPod pod) throws Exception {
        Files.createFile(pod.volume("go"));
        assertThat(pod.await("agent")).isZero();
        pod.startVerify();
        assertThat(pod.await("verify")).isZero();
        pod.startDeliver();
        pod.await("deliver");
        pod.terminateWorker();
    }

    private LocalPod pod() throws IOException {
        return new LocalPod(plan(), Optional.empty());
    }

    private AttemptPlan plan() {
        return Plans.withCheckpoints(Plans.of(server.url("shop.git")), Duration.ofSeconds(2));
    }
}
