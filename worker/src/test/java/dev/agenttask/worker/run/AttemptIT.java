package dev.agenttask.worker.run;

import static dev.agenttask.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agenttask.api.Delivery;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Limits;
import dev.agenttask.api.SetupStep;
import dev.agenttask.api.VerificationResult.Verdict;
import dev.agenttask.api.VerifyCommand;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.StepReport;
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

/** Whole attempts as processes: clone, worker, both supervisors, delivery, and a real git server. */
class AttemptIT {

    private static final String FIX = "echo fixed > app.txt; echo new > added.txt";

    @TempDir
    private Path repositories;

    private GitServer server;
    private Path bare;

    @BeforeEach
    void serve() throws IOException {
        server = new GitServer(repositories);
        bare = server.createWith("shop.git", "app.txt", "broken\n", "test.sh", "grep -q fixed app.txt\n");
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void a_good_change_is_verified_and_delivered_as_a_branch() throws Exception {
        try (var pod = pod(checked())
                .script("agent", "cat $AGENTTASK_PROMPT; " + FIX)
                .script("setup-0", "echo installing")
                .script("check-0", "sh test.sh && test ! -e left-by-setup")
                .run()) {
            var report = pod.report("deliver");
            assertThat(report.ok()).isTrue();
            assertThat(report.branch()).isEqualTo(Plans.BRANCH);
            assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
            assertThat(report.checks()).hasSize(2).allMatch(check -> check.exit() == 0);
            assertThat(List.of(report.files(), report.insertions(), report.deletions()))
                    .containsExactly(2, 2, 1);
            assertThat(report.base().ref()).isEqualTo("refs/heads/main");
            assertThat(git(bare, "rev-parse", Plans.BRANCH)).isEqualTo(report.commit());
            assertThat(git(bare, "rev-parse", Plans.BRANCH + "^")).isEqualTo(git(bare, "rev-parse", "main"));
            assertThat(git(bare, "show", "-s", "--format=%an <%ae>%n%B", Plans.BRANCH))
                    .isEqualTo("""
                    AgentTask <agenttask@example.com>
                    Fix it

                    AgentTask: team/fix-it
                    AgentTask-UID: %s
                    AgentTask-Attempt: 1""".formatted(Plans.UID));
            assertThat(pod.report("worker")).isEqualTo(StepReport.NONE.withLogKept());
            assertThat(pod.log("agent")).contains("Please fix it.");
            git(bare, "fsck", "--strict");
        }
    }

    @Test
    void no_change_is_a_failure_with_the_last_words_of_the_agent() throws Exception {
        try (var pod =
                pod(plan()).script("agent", "echo There is nothing to do.").run()) {
            assertFailure(pod, "deliver", FailureClass.AGENT, "NoChange");
            assertThat(pod.report("deliver").message()).endsWith("Its last words: There is nothing to do.");
            assertThat(git(bare, "for-each-ref", "--format=%(refname)")).isEqualTo(Plans.LOG + "\nrefs/heads/main");
        }
    }

    @Test
    void a_failed_check_keeps_the_work_and_says_which() throws Exception {
        try (var pod = pod(checked())
                .script("agent", "echo worse > app.txt")
                .script("setup-0", "true")
                .script("check-0", "echo the test says no; sh test.sh || exit 3")
                .run()) {
            assertFailure(pod, "deliver", FailureClass.VERIFICATION, "VerificationFailed");
            var report = pod.report("deliver");
            assertThat(report.message())
                    .isEqualTo("'test' exited with code 3. Last output of 'test': the test says no");
            assertThat(report.wipRef()).isEqualTo(Plans.WIP);
            assertThat(git(bare, "show", Plans.WIP + ":app.txt")).isEqualTo("worse");
            assertThat(git(bare, "branch", "--list", "agenttask/*")).isEmpty();
        }
    }

    @Test
    void a_check_that_takes_too_long_has_failed() throws Exception {
        var plan = Plans.with(
                plan(),
                List.of(),
                List.of(new VerifyCommand("slow", "-", "1s"), new VerifyCommand("quick", "-", "1m")));
        try (var pod = pod(plan)
                .script("agent", FIX)
                .script("check-0", "sleep 100")
                .script("check-1", "true")
                .run()) {
            assertFailure(pod, "deliver", FailureClass.VERIFICATION, "VerificationFailed");
            assertThat(pod.report("deliver").message()).startsWith("'slow' was stopped after 1 s.");
            assertThat(pod.report("deliver").checks()).hasSize(2);
            assertThat(pod.report("deliver").checks().get(1).exit()).isZero();
        }
    }

    @Test
    void at_the_deadline_the_agent_is_stopped_and_its_work_salvaged() throws Exception {
        var plan = Plans.with(plan(), new Limits("4s", "10m", "1Gi"));
        try (var pod =
                pod(plan).script("agent", FIX + "; trap '' TERM; sleep 1000").run()) {
            assertThat(pod.exitCode("agent")).hasValue(72);
            assertFailure(pod, "worker", FailureClass.AGENT, "DeadlineExceeded");
            assertThat(pod.report("worker").wipRef()).isEqualTo(Plans.WIP);
            assertThat(git(bare, "show", Plans.WIP + ":added.txt")).isEqualTo("new");
        }
    }

    @Test
    void an_agent_that_fails_is_told_with_its_code_and_its_work_salvaged() throws Exception {
        try (var pod =
                pod(plan()).script("agent", FIX + "; echo I give up; exit 9").run()) {
            assertThat(pod.exitCode("agent")).hasValue(70);
            assertFailure(pod, "worker", FailureClass.AGENT, "AgentFailed");
            assertThat(pod.report("worker").message())
                    .isEqualTo("The agent exited with code 9. Last output: I give up");
            assertThat(git(bare, "show", Plans.WIP + ":app.txt")).isEqualTo("fixed");
        }
    }

    @Test
    void a_failed_setup_step_is_told_by_name_and_the_agent_does_not_start() throws Exception {
        try (var pod = pod(checked())
                .script("setup-0", "echo no network; exit 4")
                .script("agent", FIX)
                .run()) {
            assertThat(pod.exitCode("agent")).hasValue(71);
            assertFailure(pod, "worker", FailureClass.AGENT, "SetupFailed");
            assertThat(pod.report("worker").message())
                    .isEqualTo("Setup step 'install' exited with code 4. Last output: no network");
            assertThat(git(bare, "for-each-ref", "--format=%(refname)")).isEqualTo(Plans.LOG + "\nrefs/heads/main");
        }
    }

    @Test
    void an_agent_that_fills_the_workspace_is_stopped_and_what_fits_of_its_work_is_salvaged() throws Exception {
        var plan = Plans.with(plan(), new Limits("10m", "10m", "20Mi"));
        try (var pod = pod(plan)
                .script("agent", FIX + "; head -c 30000000 /dev/zero > big; sleep 100")
                .run()) {
            assertThat(pod.exitCode("agent")).hasValue(72);
            assertFailure(pod, "worker", FailureClass.AGENT, "WorkspaceTooLarge");
            assertThat(pod.report("worker").message()).contains("big was left out");
            assertThat(git(bare, "ls-tree", "--name-only", Plans.WIP)).doesNotContain("big");
            assertThat(git(bare, "diff", "--name-only", "main", Plans.WIP)).isNotEmpty();
        }
    }

    @Test
    void work_that_does_not_fit_is_not_verified_and_what_fits_of_it_is_salvaged() throws Exception {
        var plan = Plans.with(plan(), new Limits("10m", "10m", "20Mi"));
        try (var pod = pod(plan)
                .script("agent", FIX + "; head -c 30000000 /dev/zero > big")
                .run()) {
            assertThat(pod.exitCode("agent")).hasValue(0);
            assertFailure(pod, "deliver", FailureClass.AGENT, "WorkspaceTooLarge");
            assertThat(git(bare, "ls-tree", "--name-only", Plans.WIP)).doesNotContain("big");
        }
    }

    @Test
    void a_deleted_pod_leaves_the_unfinished_work_at_the_salvage_ref() throws Exception {
        try (var pod = pod(plan()).script("agent", FIX + "; touch started; sleep 1000")) {
            pod.runClone();
            pod.startWorker();
            pod.startAgent();
            awaitFile(pod.volume("workspace").resolve("started"));
            pod.delete();
            assertThat(pod.exitCode("agent")).hasValue(143);
            assertFailure(pod, "worker", FailureClass.INFRASTRUCTURE, "Interrupted");
            assertThat(pod.report("worker").wipRef()).isEqualTo(Plans.WIP);
            assertThat(git(bare, "show", Plans.WIP + ":app.txt")).isEqualTo("fixed");
        }
    }

    @Test
    void a_worker_that_cannot_push_ends_within_the_grace_of_its_pod() throws Exception {
        var grace = Duration.ofSeconds(30);
        try (var pod = pod(Plans.withGrace(plan(), grace)).script("agent", FIX + "; touch started; sleep 1000")) {
            pod.runClone();
            pod.startWorker();
            pod.startAgent();
            awaitFile(pod.volume("workspace").resolve("started"));
            server.answerWith(exchange -> {
                GitServer.waitLong();
                return Optional.empty();
            });
            var deletedAt = System.nanoTime();
            pod.delete();
            assertThat(Duration.ofNanos(System.nanoTime() - deletedAt)).isLessThan(grace);
            assertThat(pod.report("worker").message()).contains("could not be salvaged: pushing took more than 8 s");
        }
    }

    @Test
    void a_sandbox_that_is_killed_without_a_word_leaves_its_work() throws Exception {
        try (var pod = pod(plan()).script("agent", FIX + "; touch started; sleep 1000")) {
            pod.runClone();
            pod.startWorker();
            pod.startAgent();
            awaitFile(pod.volume("workspace").resolve("started"));
            pod.process("agent").destroyForcibly();
            pod.terminateWorker();
            assertThat(pod.report("worker").wipRef()).isEqualTo(Plans.WIP);
        }
    }

    @Test
    void a_worker_that_crashes_goes_on_where_it_was() throws Exception {
        try (var pod = pod(checked())
                .script("setup-0", "echo once >> /tmp/agenttask-once-$PPID; true")
                .script("agent", FIX + "; touch started; while [ ! -e ../go ]; do sleep 0.1; done; rm started")
                .script("check-0", "sh test.sh")) {
            pod.runClone();
            pod.startWorker();
            pod.startAgent();
            awaitFile(pod.volume("workspace").resolve("started"));
            pod.process("worker").destroyForcibly().waitFor();
            Files.createFile(pod.volume("go"));
            pod.startWorker();
            assertThat(pod.await("agent")).isZero();
            pod.startVerify();
            assertThat(pod.await("verify")).isZero();
            pod.startDeliver();
            assertThat(pod.await("deliver")).isZero();
            pod.terminateWorker();
            assertThat(git(bare, "show", Plans.BRANCH + ":app.txt")).isEqualTo("fixed");
        }
    }

    @Test
    void delivery_none_keeps_the_result_at_the_salvage_ref_only() throws Exception {
        var plan = Plans.with(plan(), new Delivery(Delivery.Type.NONE, "", ""));
        try (var pod = pod(plan).script("agent", FIX).run()) {
            assertThat(pod.exitCode("deliver")).hasValue(0);
            assertThat(pod.report("deliver").wipRef()).isEqualTo(Plans.WIP);
            assertThat(pod.report("deliver").branch()).isEmpty();
            assertThat(git(bare, "branch", "--list", "agenttask/*")).isEmpty();
        }
    }

    @Test
    void a_check_cannot_change_what_is_delivered() throws Exception {
        var plan = Plans.with(plan(), List.of(), List.of(new VerifyCommand("test", "-", "1m")));
        try (var pod = pod(plan)
                .script("agent", FIX)
                .script("check-0", "echo evil > app.txt; git -c user.name=x -c user.email=x@x commit -qam evil || true")
                .run()) {
            assertThat(pod.exitCode("deliver")).hasValue(0);
            assertThat(git(bare, "show", Plans.BRANCH + ":app.txt")).isEqualTo("fixed");
        }
    }

    @Test
    void without_a_verdict_nothing_is_delivered() throws Exception {
        try (var pod = pod(plan())) {
            pod.runClone();
            pod.startDeliver();
            assertThat(pod.await("deliver")).isEqualTo(1);
            assertFailure(pod, "deliver", FailureClass.INFRASTRUCTURE, "VerificationIncomplete");
        }
    }

    private AttemptPlan plan() {
        return Plans.of(server.url("shop.git"));
    }

    private AttemptPlan checked() {
        return Plans.with(
                plan(), List.of(new SetupStep("install", "-", "1m")), List.of(new VerifyCommand("test", "-", "1m")));
    }

    private static LocalPod pod(AttemptPlan plan) throws IOException {
        return new LocalPod(plan, Optional.empty());
    }

    private static void awaitFile(Path file) {
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(file));
    }

    private static void assertFailure(LocalPod pod, String container, FailureClass failureClass, String reason)
            throws IOException {
        var report = pod.report(container);
        assertThat(report.reason()).as(report.message()).isEqualTo(reason);
        assertThat(report.failureClass()).isEqualTo(failureClass);
        assertThat(pod.terminationMessage(container)).doesNotContain(GitServer.PASSWORD);
    }
}
