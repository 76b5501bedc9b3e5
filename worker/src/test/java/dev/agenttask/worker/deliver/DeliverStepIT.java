package dev.agenttask.worker.deliver;

import static dev.agenttask.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Base;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.fixture.GitServer;
import dev.agenttask.fixture.GitServer.Answer;
import dev.agenttask.worker.fixture.Plans;
import dev.agenttask.worker.git.Cloner;
import dev.agenttask.worker.git.Credential;
import dev.agenttask.worker.git.IsolatedSettings;
import dev.agenttask.worker.git.LogKeeper;
import dev.agenttask.worker.git.Remote;
import dev.agenttask.worker.git.Retry;
import dev.agenttask.worker.git.Snapshot;
import dev.agenttask.worker.git.SnapshotLimits;
import dev.agenttask.worker.git.Vault;
import dev.agenttask.worker.pod.DeliveryRecord;
import dev.agenttask.worker.pod.JsonFile;
import dev.agenttask.worker.pod.Layout;
import dev.agenttask.worker.pod.Verdict;
import dev.agenttask.worker.report.Redactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushing to a real git server, and every way in which it says no. */
class DeliverStepIT {

    private static final Duration LOG_TIME = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private GitServer server;
    private Path bare;
    private Layout layout;
    private AttemptPlan plan;
    private Base base;

    @BeforeAll
    static void isolate() {
        IsolatedSettings.install();
    }

    @BeforeEach
    void serve() throws Exception {
        server = new GitServer(Files.createDirectory(directory.resolve("repositories")));
        bare = server.createWith("shop.git", "app.txt", "1\n");
        git(bare, "config", "receive.fsckObjects", "true");
        layout = new Layout(directory.resolve("pod"));
        plan = Plans.of(server.url("shop.git"));
        Files.createDirectories(layout.vault());
        try (var vault = Vault.create(layout.repository())) {
            base = new Cloner(vault, remote(), new Retry(Clock.systemUTC(), Duration.ofSeconds(5))).fetch("", "", 1);
        }
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void a_new_branch_is_made() throws Exception {
        var commit = verdict("fixed\n");
        assertThat(deliver().ok()).isTrue();
        assertThat(git(bare, "rev-parse", Plans.BRANCH)).isEqualTo(commit);
        var record = new JsonFile<>(layout.delivery(), DeliveryRecord.class).readExisting();
        assertThat(record.report().branch()).isEqualTo(Plans.BRANCH);
    }

    @Test
    void a_base_that_is_no_tip_any_more_does_not_matter() throws Exception {
        var work = bare.resolveSibling("shop.git-work");
        git(work, "commit", "-q", "--allow-empty", "-m", "Meanwhile");
        git(work, "push", "-q", "-f", "origin", "HEAD:main");
        var commit = verdict("fixed\n");
        assertThat(deliver().ok()).isTrue();
        assertThat(git(bare, "rev-parse", Plans.BRANCH)).isEqualTo(commit);
        git(bare, "fsck", "--strict");
    }

    @Test
    void delivering_twice_is_delivering_once() throws Exception {
        verdict("fixed\n");
        assertThat(deliver().ok()).isTrue();
        assertThat(deliver().ok()).isTrue();
    }

    @Test
    void a_branch_of_the_same_task_is_replaced() throws Exception {
        verdict("first try\n");
        deliver();
        var commit = verdict("second try\n");
        assertThat(deliver().ok()).isTrue();
        assertThat(git(bare, "rev-parse", Plans.BRANCH)).isEqualTo(commit);
    }

    @Test
    void the_result_of_an_attempt_before_is_replaced() throws Exception {
        verdict("first\n");
        deliver();
        plan = Plans.ofAttempt(plan, 2);
        var commit = verdict("second\n");
        assertThat(deliver().ok()).isTrue();
        assertThat(git(bare, "rev-parse", Plans.BRANCH)).isEqualTo(commit);
    }

    @Test
    void an_attempt_that_was_given_up_and_goes_on_leaves_the_result_of_a_later_one_alone() throws Exception {
        var givenUp = plan;
        plan = Plans.ofAttempt(givenUp, 2);
        var delivered = verdict("second\n");
        deliver();
        plan = givenUp;
        verdict("first\n");

        assertFailure(deliver(), FailureClass.INFRASTRUCTURE, "Superseded", "result of attempt 2");

        assertThat(git(bare, "rev-parse", Plans.BRANCH)).isEqualTo(delivered);
        assertThat(git(bare, "for-each-ref", "--format=%(refname)", "refs/agenttask/wip"))
                .isEmpty();
    }

    @Test
    void a_branch_with_someone_elses_commits_is_left_alone_and_the_work_is_kept() throws Exception {
        verdict("first try\n");
        deliver();
        var work = bare.resolveSibling("shop.git-work");
        git(work, "fetch", "-q", "origin", Plans.BRANCH);
        git(work, "checkout", "-q", "FETCH_HEAD");
        git(work, "commit", "-q", "--allow-empty", "-m", "By a person");
        git(work, "push", "-q", "origin", "HEAD:refs/heads/" + Plans.BRANCH);
        var theirs = git(bare, "rev-parse", Plans.BRANCH);
        var commit = verdict("second try\n");
        var report = deliver();
        assertFailure(report, FailureClass.TASK, "BranchTaken", "choose another spec.delivery.branch");
        assertThat(git(bare, "rev-parse", Plans.BRANCH)).isEqualTo(theirs);
        assertThat(git(bare, "rev-parse", Plans.WIP)).isEqualTo(commit);
        assertThat(report.wipRef()).isEqualTo(Plans.WIP);
    }

    @Test
    void a_branch_that_appears_at_the_last_moment_is_left_alone() throws Exception {
        verdict("fixed\n");
        var posts = new AtomicInteger();
        server.answerWith(exchange -> {
            var push = exchange.getRequestURI().getPath().endsWith("/git-receive-pack");
            if (push && exchange.getRequestHeaders().containsKey("Authorization") && posts.getAndIncrement() == 0) {
                git(bare, "update-ref", "refs/heads/" + Plans.BRANCH, "main");
            }
            return Optional.empty();
        });
        var report = deliver();
        assertThat(report.ok()).isFalse();
        assertThat(report.failureClass()).isEqualTo(FailureClass.TASK);
        assertThat(git(bare, "rev-parse", Plans.BRANCH)).isEqualTo(git(bare, "rev-parse", "main"));
    }

    @Test
    void a_refusal_is_told_in_the_words_of_the_server() throws Exception {
        preReceive("grep -q refs/heads/ && { echo 'main is protected by policy 7' >&2; exit 1; } || exit 0");
        verdict("fixed\n");
        var report = deliver();
        assertFailure(report, FailureClass.TASK, "PushRefused", "protected by policy 7");
        assertThat(report.wipRef()).isEqualTo(Plans.WIP);
        assertThat(report.logKept()).isTrue();
        assertThat(git(bare, "show", Plans.LOG + ":log.txt")).contains("deliver * PushRefused", "policy 7");
    }

    @Test
    void a_log_that_is_refused_does_not_cost_the_work() throws Exception {
        preReceive("grep -q refs/agenttask/log/ && exit 1 || exit 0");
        var commit = verdict("fixed\n");
        var report = deliver();
        assertThat(report.ok()).isTrue();
        assertThat(report.logKept()).isFalse();
        assertThat(git(bare, "rev-parse", Plans.BRANCH)).isEqualTo(commit);
    }

    @Test
    void a_log_that_cannot_be_pushed_in_time_does_not_cost_the_work() throws Exception {
        verdict("fixed\n");
        server.answerWith(exchange -> {
            if (git(bare, "branch", "--list", Plans.BRANCH).isEmpty()) {
                return Optional.empty();
            }
            GitServer.waitLong();
            return Answer.of(503);
        });
        var startedAt = Instant.now();
        var report = deliver();
        assertThat(report.ok()).isTrue();
        assertThat(report.logKept()).isFalse();
        assertThat(Duration.between(startedAt, Instant.now())).isLessThan(LOG_TIME.plusSeconds(25));
    }

    @Test
    void a_credential_that_may_not_push_is_told_by_the_name_of_its_secret() throws Exception {
        verdict("fixed\n");
        server.answerWith(exchange ->
                exchange.getRequestURI().toString().contains("receive-pack") ? Answer.of(403) : Optional.empty());
        assertFailure(deliver(), FailureClass.TASK, "PushForbidden", "Secret 'git-secret'");
    }

    @Test
    void a_server_that_is_away_for_a_moment_is_tried_again() throws Exception {
        var commit = verdict("fixed\n");
        var requests = new AtomicInteger();
        server.answerWith(exchange -> requests.getAndIncrement() < 2 ? Answer.of(503) : Optional.empty());
        assertThat(deliver().ok()).isTrue();
        assertThat(git(bare, "rev-parse", Plans.BRANCH)).isEqualTo(commit);
    }

    @Test
    void a_server_that_stays_away_is_an_infrastructure_failure() throws Exception {
        verdict("fixed\n");
        server.answerWith(exchange -> Answer.of(503));
        assertFailure(deliver(Duration.ofSeconds(2)), FailureClass.INFRASTRUCTURE, "RepositoryUnreachable", "503");
    }

    @Test
    void a_server_that_refuses_connections_is_an_infrastructure_failure() throws Exception {
        verdict("fixed\n");
        server.close();
        assertFailure(
                deliver(Duration.ofSeconds(2)), FailureClass.INFRASTRUCTURE, "RepositoryUnreachable", "No connection");
    }

    @Test
    void a_server_that_takes_the_push_and_says_nothing_is_given_up() throws Exception {
        verdict("fixed\n");
        server.answerWith(exchange -> {
            if (exchange.getRequestMethod().equals("POST")) {
                GitServer.waitLong();
            }
            return Optional.empty();
        });
        assertFailure(
                deliver(Duration.ofSeconds(2)), FailureClass.INFRASTRUCTURE, "RepositoryUnreachable", "did not answer");
    }

    @Test
    void a_delivery_takes_no_longer_than_its_limit_whatever_the_server_does() throws Exception {
        verdict("fixed\n");
        server.answerWith(exchange -> {
            GitServer.waitLong();
            return Optional.empty();
        });
        var retry = new Retry(Clock.systemUTC(), Duration.ofSeconds(1));
        var log = new LogKeeper(layout, plan, remote(), Redactor.NONE, Clock.systemUTC(), LOG_TIME);
        var report =
                new DeliverStep(layout, plan, remote(), retry, Duration.ofSeconds(2), log, Clock.systemUTC()).run();
        assertFailure(report, FailureClass.INFRASTRUCTURE, "RepositoryUnreachable", "more than 2 s");
    }

    @Test
    void a_server_without_space_is_tried_again_until_it_has_some() throws Exception {
        var commit = verdict("fixed\n");
        var pushes = new AtomicInteger();
        server.answerWith(exchange -> {
            if (exchange.getRequestMethod().equals("POST")) {
                server.diskIsFull(pushes.getAndIncrement() < 2);
            }
            return Optional.empty();
        });
        assertThat(deliver().ok()).isTrue();
        assertThat(git(bare, "rev-parse", Plans.BRANCH)).isEqualTo(commit);
    }

    @Test
    void a_server_that_stays_without_space_is_an_infrastructure_failure() throws Exception {
        verdict("fixed\n");
        server.diskIsFull(true);
        assertFailure(
                deliver(Duration.ofSeconds(2)),
                FailureClass.INFRASTRUCTURE,
                "RepositoryUnreachable",
                "cannot store what it was sent");
    }

    @Test
    void a_hook_that_finds_no_space_is_an_infrastructure_failure() throws Exception {
        preReceive("echo 'error: cannot write: No space left on device' >&2; exit 1");
        verdict("fixed\n");
        assertFailure(
                deliver(Duration.ofSeconds(2)),
                FailureClass.INFRASTRUCTURE,
                "RepositoryUnreachable",
                "No space left on device");
    }

    @Test
    void a_proxy_without_space_is_an_infrastructure_failure() throws Exception {
        verdict("fixed\n");
        server.answerWith(exchange -> exchange.getRequestMethod().equals("POST") ? Answer.of(507) : Optional.empty());
        assertFailure(
                deliver(Duration.ofSeconds(2)), FailureClass.INFRASTRUCTURE, "RepositoryUnreachable", "no space left");
    }

    @Test
    void a_push_that_is_larger_than_the_server_allows_is_refused_at_once() throws Exception {
        git(bare, "config", "receive.maxInputSize", "10");
        verdict("fixed\n");
        assertFailure(deliver(), FailureClass.TASK, "PushRefused", "exceeds");
    }

    @Test
    void words_of_the_server_have_no_secrets_and_no_control_characters() throws Exception {
        preReceive("printf 'do not use " + GitServer.PASSWORD + " \\033[31m here\\n' >&2; exit 1");
        verdict("fixed\n");
        var report = deliver();
        assertFailure(report, FailureClass.TASK, "PushRefused", "do not use *** \u241b[31m here");
    }

    @Test
    void a_verdict_that_is_broken_delivers_nothing() throws Exception {
        Files.writeString(layout.verdict(), "{\"commit\":");
        assertFailure(deliver(), FailureClass.INFRASTRUCTURE, "VerificationIncomplete", "Nothing was delivered");
        assertThat(git(bare, "for-each-ref", "--format=%(refname)")).isEqualTo(Plans.LOG + "\nrefs/heads/main");
    }

    /** As when an earlier push was given up without an answer, and the server goes on with it. */
    @Test
    void a_branch_that_an_earlier_push_of_the_same_commit_sets_meanwhile_is_delivered() throws Exception {
        hook("update", "git update-ref \"$1\" \"$3\"");
        var commit = verdict("fixed\n");

        var report = deliver();

        assertThat(report.reason()).as(report.message()).isEmpty();
        assertThat(report.branch()).isEqualTo(plan.branch());
        assertThat(git(bare, "rev-parse", plan.branch())).isEqualTo(commit);
    }

    private void preReceive(String script) throws IOException {
        hook("pre-receive", script);
    }

    private void hook(String name, String script) throws IOException {
        var hook = bare.resolve("hooks/" + name);
        Files.writeString(hook, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String verdict(String content) throws IOException {
        var workspace = Files.createTempDirectory(directory, "workspace");
        Files.writeString(workspace.resolve("app.txt"), content);
        try (var vault = Vault.open(layout.repository())) {
            var snapshot = Snapshot.take(vault, workspace, base, plan, SnapshotLimits.ofBytes(1 << 20), Instant.now());
            var report = new StepReport(null, "", "", base, snapshot.commit(), "", "", null, List.of(), 1, 1, 1, false);
            new JsonFile<>(layout.verdict(), Verdict.class).write(new Verdict(snapshot.commit(), null, report));
            return snapshot.commit();
        }
    }

    private StepReport deliver() throws IOException {
        return deliver(Duration.ofSeconds(30));
    }

    private StepReport deliver(Duration patience) throws IOException {
        var retry = new Retry(Clock.systemUTC(), patience);
        var redactor = new Credential(GitServer.USER, GitServer.PASSWORD).redactor();
        var patient = new Remote(server.url("shop.git"), credential(), Duration.ofMinutes(1));
        var log = new LogKeeper(layout, plan, patient, redactor, Clock.systemUTC(), LOG_TIME);
        return new DeliverStep(layout, plan, remote(), retry, LIMIT, log, Clock.systemUTC()).run();
    }

    private Remote remote() {
        return new Remote(server.url("shop.git"), credential(), Duration.ofSeconds(10));
    }

    private static Optional<Credential> credential() {
        return Optional.of(new Credential(GitServer.USER, GitServer.PASSWORD));
    }

    private static void assertFailure(StepReport report, FailureClass failureClass, String reason, String words) {
        assertThat(report.reason()).as(report.message()).isEqualTo(reason);
        assertThat(report.failureClass()).isEqualTo(failureClass);
        assertThat(report.message()).contains(words).doesNotContain(GitServer.PASSWORD);
    }
}
