package dev.agenttask.worker.run;

import static dev.agenttask.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Limits;
import dev.agenttask.api.VerifyCommand;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.fixture.GitServer;
import dev.agenttask.worker.fixture.LocalPod;
import dev.agenttask.worker.fixture.Plans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ends of an attempt that the agent or a check brings about: each has a reason, and the work is kept. */
class BadEndIT {

    private static final String FIX = "echo fixed > app.txt; ";

    @TempDir
    private Path repositories;

    private GitServer server;
    private Path bare;

    @BeforeEach
    void serve() throws IOException {
        server = new GitServer(repositories);
        bare = server.createWith("shop.git", "app.txt", "broken\n", "dir/other.txt", "other\n");
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void an_agent_without_a_sign_of_life_is_stalled_and_its_work_salvaged() throws Exception {
        try (var pod = pod(stall("5s"))
                .script("agent", FIX + "echo waiting; sleep 1000")
                .run()) {
            assertThat(pod.exitCode("agent")).hasValue(72);
            assertFailure(pod, "worker", FailureClass.AGENT, "Stalled");
            assertThat(pod.report("worker").message())
                    .contains("for limits.stall (5s) it printed nothing")
                    .endsWith("Last output: waiting");
            assertThat(git(bare, "show", Plans.WIP + ":app.txt")).isEqualTo("fixed");
        }
    }

    @Test
    void an_agent_that_only_writes_files_is_not_stalled() throws Exception {
        try (var pod = pod(stall("5s"))
                .script("agent", FIX + "for i in 1 2 3 4 5 6; do sleep 3; echo $i > dir/other.txt; done")
                .run()) {
            assertThat(pod.report("deliver").reason()).isEmpty();
            assertThat(git(bare, "show", Plans.BRANCH + ":dir/other.txt")).isEqualTo("6");
        }
    }

    @Test
    void an_agent_that_only_prints_dots_is_not_stalled() throws Exception {
        try (var pod = pod(stall("5s"))
                .script("agent", FIX + "for i in 1 2 3 4 5 6; do sleep 3; printf .; done")
                .run()) {
            assertThat(pod.report("deliver").reason()).isEmpty();
        }
    }

    @Test
    void a_worker_that_crashes_goes_on_watching_for_a_stall() throws Exception {
        try (var pod = pod(stall("5s")).script("agent", FIX + "touch started; sleep 1000")) {
            pod.runClone();
            pod.startWorker();
            pod.startAgent();
            var quiet = pod.volume("channel-agent").resolve("quiet");
            await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(quiet));
            var since = Files.getLastModifiedTime(quiet);
            pod.process("worker").destroyForcibly().waitFor();
            pod.startWorker();
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                if (Files.exists(quiet)) {
                    assertThat(Files.getLastModifiedTime(quiet)).isEqualTo(since);
                }
                return pod.exitCode("agent").isPresent();
            });
            assertThat(pod.await("agent")).isEqualTo(72);
            pod.terminateWorker();
            assertFailure(pod, "worker", FailureClass.AGENT, "Stalled");
        }
    }

    @Test
    void many_tiny_files_count_as_the_blocks_that_they_take() throws Exception {
        var plan = Plans.with(plan(), new Limits("10m", "10m", "20Mi"));
        try (var pod = pod(plan)
                .script("agent", "i=0; while [ $i -lt 8000 ]; do echo > dir/$i; i=$((i+1)); done; sleep 100")
                .run()) {
            assertThat(pod.exitCode("agent")).hasValue(72);
            assertFailure(pod, "worker", FailureClass.AGENT, "WorkspaceTooLarge");
            assertThat(pod.report("worker").message()).contains("limits.workspaceSize (20Mi)", "blocks of 4 KiB");
        }
    }

    @Test
    void an_agent_that_deletes_everything_is_told_with_its_last_words_and_nothing_is_delivered() throws Exception {
        try (var pod = pod(plan())
                .script("agent", "rm -rf * .git; echo All clean now.")
                .run()) {
            assertFailure(pod, "deliver", FailureClass.AGENT, "EverythingDeleted");
            assertThat(pod.report("deliver").message()).endsWith("Its last words: All clean now.");
            assertThat(pod.report("deliver").wipRef()).isEqualTo(Plans.WIP);
            assertThat(git(bare, "ls-tree", Plans.WIP)).isEmpty();
            assertThat(git(bare, "branch", "--list", "agenttask/*")).isEmpty();
        }
    }

    @Test
    void an_agent_that_sends_sigterm_to_process_1_is_not_taken_for_the_kubelet() throws Exception {
        try (var pod =
                pod(plan()).script("agent", FIX + "kill -TERM 1; sleep 1000").run()) {
            assertThat(pod.exitCode("agent")).hasValue(143);
            assertFailure(pod, "worker", FailureClass.AGENT, "SandboxEnded");
            assertThat(git(bare, "show", Plans.WIP + ":app.txt")).isEqualTo("fixed");
        }
    }

    @Test
    void a_check_that_sends_sigterm_to_process_1_is_not_taken_for_the_kubelet() throws Exception {
        var plan = Plans.with(plan(), List.of(), List.of(new VerifyCommand("test", "-", "1m")));
        try (var pod = pod(plan)
                .script("agent", FIX)
                .script("check-0", "kill -TERM 1; sleep 1000")
                .run()) {
            assertThat(pod.exitCode("verify")).hasValue(143);
            assertFailure(pod, "worker", FailureClass.VERIFICATION, "VerificationIncomplete");
            assertThat(pod.report("worker").message()).contains("SIGTERM to process 1");
            assertThat(git(bare, "show", Plans.WIP + ":app.txt")).isEqualTo("fixed");
        }
    }

    private AttemptPlan plan() {
        return Plans.of(server.url("shop.git"));
    }

    private AttemptPlan stall(String stall) {
        return Plans.with(plan(), new Limits("10m", stall, "1Gi"));
    }

    private static LocalPod pod(AttemptPlan plan) throws IOException {
        return new LocalPod(plan, Optional.empty());
    }

    private static void assertFailure(LocalPod pod, String container, FailureClass failureClass, String reason)
            throws IOException {
        var report = pod.report(container);
        assertThat(report.reason()).as(report.message()).isEqualTo(reason);
        assertThat(report.failureClass()).isEqualTo(failureClass);
    }
}
