package dev.agenttask.worker.run;

import static dev.agenttask.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.FailureClass;
import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.fixture.GitServer;
import dev.agenttask.fixture.GitServer.Answer;
import dev.agenttask.worker.fixture.Plans;
import dev.agenttask.worker.fixture.Supervise;
import dev.agenttask.worker.git.Credential;
import dev.agenttask.worker.git.IsolatedSettings;
import dev.agenttask.worker.git.Remote;
import dev.agenttask.worker.git.Retry;
import dev.agenttask.worker.pod.CloneRecord;
import dev.agenttask.worker.pod.JsonFile;
import dev.agenttask.worker.pod.Layout;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cloning from a real git server, and every way in which it says no. */
class CloneStepIT {

    @TempDir
    private Path directory;

    private GitServer server;
    private Path bare;
    private Layout layout;

    @BeforeAll
    static void isolate() {
        IsolatedSettings.install();
    }

    @BeforeEach
    void serve() throws IOException {
        server = new GitServer(Files.createDirectory(directory.resolve("repositories")));
        bare = server.createWith("shop.git", "app.txt", "1\n", "run.sh", "#!/bin/sh\n");
        var work = bare.resolveSibling("shop.git-work");
        for (var i = 2; i <= 4; i++) {
            Files.writeString(work.resolve("app.txt"), i + "\n");
            git(work, "commit", "-qam", "Change " + i);
        }
        git(work, "tag", "-a", "-m", "Release", "v1", "HEAD~1");
        git(work, "push", "-q", "origin", "HEAD:main", "HEAD~2:refs/heads/feature/old", "v1");
        layout = new Layout(directory.resolve("pod"));
        Files.createDirectories(layout.vault());
        Files.createDirectories(layout.workspace());
        Files.createDirectories(layout.tools());
        Supervise.installIntoImage(layout.supervisorOfImage());
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void the_default_branch_is_cloned_to_depth_one_and_the_workspace_is_a_normal_clone() throws Exception {
        var report = clone("", "", 1);
        assertThat(report.ok()).isTrue();
        var tip = git(bare, "rev-parse", "main");
        assertThat(report.base().commit()).isEqualTo(tip);
        assertThat(report.base().ref()).isEqualTo("refs/heads/main");
        var workspace = layout.workspace();
        assertThat(git(workspace, "status", "--porcelain=v2", "--branch"))
                .contains("# branch.oid " + tip, "# branch.head main", "# branch.upstream origin/main", "+0 -0")
                .doesNotContain("\n1 ", "\n? ");
        assertThat(git(workspace, "log", "--oneline")).hasLineCount(1);
        assertThat(git(workspace, "remote", "get-url", "origin")).isEqualTo(server.url("shop.git"));
        Files.writeString(workspace.resolve("app.txt"), "5\n");
        git(workspace, "commit", "-qam", "By the agent");
        git(workspace, "fsck", "--strict");
        assertThat(new JsonFile<>(layout.cloneRecord(), CloneRecord.class)
                        .readExisting()
                        .base())
                .isEqualTo(report.base());
    }

    @Test
    void the_vault_shares_no_file_with_the_workspace() throws Exception {
        clone("", "", 0);
        try (var files = Files.walk(layout.vault())) {
            assertThat(files.filter(Files::isRegularFile))
                    .allSatisfy(file ->
                            assertThat(Files.getAttribute(file, "unix:nlink")).isEqualTo(1));
        }
    }

    @Test
    void tools_are_executable_but_the_shell_is_not_readable() throws Exception {
        clone("", "", 1);
        assertThat(Files.getPosixFilePermissions(layout.tools().resolve("sh")).toString())
                .doesNotContain("READ")
                .doesNotContain("WRITE");
        assertThat(Files.isReadable(layout.tools().resolve("supervise"))).isTrue();
    }

    @Test
    void the_directory_of_the_untrusted_termination_message_is_closed_also_by_a_second_run() throws Exception {
        clone("", "", 1);
        assertThat(clone("", "", 1).ok()).isTrue();
        var message = layout.closedTerminationMessage();
        assertThat(Files.getPosixFilePermissions(message.getParent())).isEmpty();
        assertThat(message).isEmptyFile();
    }

    @Test
    void a_tag_is_checked_out_detached() throws Exception {
        var report = clone("v1", "", 1);
        assertThat(report.base().ref()).isEqualTo("refs/tags/v1");
        assertThat(report.base().commit()).isEqualTo(git(bare, "rev-parse", "main~1"));
        assertThat(git(layout.workspace(), "status", "--branch", "--porcelain")).isEqualTo("## HEAD (no branch)");
        assertThat(layout.workspace().resolve("app.txt")).hasContent("3");
    }

    @Test
    void a_branch_with_a_slash_is_found() throws Exception {
        assertThat(clone("feature/old", "", 1).base().commit()).isEqualTo(git(bare, "rev-parse", "main~2"));
    }

    @Test
    void all_history_comes_with_depth_zero() throws Exception {
        clone("main", "", 0);
        assertThat(git(layout.workspace(), "log", "--oneline")).hasLineCount(4);
    }

    @Test
    void a_pinned_commit_is_found_beyond_the_depth() throws Exception {
        var pin = git(bare, "rev-parse", "main~3");
        var report = clone("main", pin, 1);
        assertThat(report.base().commit()).isEqualTo(pin);
        assertThat(layout.workspace().resolve("app.txt")).hasContent("1");
        assertThat(git(layout.workspace(), "symbolic-ref", "HEAD")).isEqualTo("refs/heads/main");
    }

    @Test
    void a_pinned_commit_elsewhere_is_not_found() throws Exception {
        var pin = git(bare, "rev-parse", "main");
        var report = clone("feature/old", pin, 1);
        assertFailure(report, FailureClass.TASK, "CommitNotFound", pin, "feature/old");
    }

    @Test
    void a_ref_that_is_not_there_is_told_with_those_that_are() throws Exception {
        assertFailure(clone("nope", "", 1), FailureClass.TASK, "RefNotFound", "'nope'", "feature/old, main, v1");
    }

    @Test
    void an_empty_repository_is_told() throws Exception {
        server.create("empty.git");
        assertFailure(clone(server.url("empty.git"), "", "", 1, good()), FailureClass.TASK, "RefNotFound", "is empty");
    }

    @Test
    void a_wrong_password_is_told_without_the_password() throws Exception {
        var report = clone(server.url("shop.git"), "", "", 1, Optional.of(new Credential("someone", "wr0ng-pass")));
        assertFailure(report, FailureClass.TASK, "AuthenticationFailed", "Secret 'git-secret'");
        assertThat(report.message()).doesNotContain("wr0ng-pass");
    }

    @Test
    void a_missing_password_is_told() throws Exception {
        var report = clone(server.url("shop.git"), "", "", 1, Optional.empty());
        assertFailure(report, FailureClass.TASK, "AuthenticationFailed", "wants a credential");
    }

    @Test
    void a_forbidden_repository_is_told() throws Exception {
        server.answerWith(exchange -> Answer.of(403));
        assertFailure(clone("", "", 1), FailureClass.TASK, "AuthenticationFailed", "gives no permission");
    }

    @Test
    void a_repository_that_is_not_there_is_told() throws Exception {
        assertFailure(
                clone(server.url("nothing.git"), "", "", 1, good()),
                FailureClass.TASK,
                "RepositoryNotFound",
                "nothing");
    }

    @Test
    void a_redirect_is_not_followed() throws Exception {
        server.answerWith(exchange -> Optional.of(new Answer(301, Optional.of("http://elsewhere.example/shop.git"))));
        assertFailure(
                clone("", "", 1),
                FailureClass.TASK,
                "RepositoryMoved",
                "redirects to http://elsewhere.example/shop.git",
                "spec.repository.url");
    }

    @Test
    void a_server_error_may_pass() throws Exception {
        server.answerWith(exchange -> Answer.of(503));
        assertFailure(clone("", "", 1), FailureClass.INFRASTRUCTURE, "RepositoryUnreachable", "503");
    }

    @Test
    void an_unknown_host_may_pass() throws Exception {
        var report = clone("http://nowhere.invalid/shop.git", "", "", 1, good());
        assertFailure(report, FailureClass.INFRASTRUCTURE, "RepositoryUnreachable", "nowhere.invalid");
    }

    @Test
    void a_refused_connection_may_pass() throws Exception {
        var report = clone("http://localhost:1/shop.git", "", "", 1, good());
        assertFailure(report, FailureClass.INFRASTRUCTURE, "RepositoryUnreachable", "localhost:1");
    }

    @Test
    void a_server_that_says_nothing_is_given_up() throws Exception {
        try (var silent = new ServerSocket(0)) {
            var report = clone("http://localhost:" + silent.getLocalPort() + "/shop.git", "", "", 1, good());
            assertFailure(report, FailureClass.INFRASTRUCTURE, "RepositoryUnreachable", "did not answer within 5 s");
        }
    }

    @Test
    void a_connection_that_breaks_off_in_the_middle_may_pass() throws Exception {
        server.answerWith(exchange -> {
            if (exchange.getRequestMethod().equals("POST")
                    && exchange.getRequestHeaders().containsKey("Authorization")) {
                exchange.close();
            }
            return Optional.empty();
        });
        assertFailure(clone("", "", 1), FailureClass.INFRASTRUCTURE, "RepositoryUnreachable", server.url("shop.git"));
    }

    @Test
    void a_server_that_is_away_for_a_moment_is_tried_again() throws Exception {
        var requests = new AtomicInteger();
        server.answerWith(exchange -> requests.getAndIncrement() < 2 ? Answer.of(503) : Optional.empty());
        assertThat(clone("", "", 1).ok()).isTrue();
    }

    @Test
    void what_does_not_pass_is_not_tried_again() throws Exception {
        var requests = new AtomicInteger();
        server.answerWith(exchange -> {
            requests.incrementAndGet();
            return Answer.of(403);
        });
        assertFailure(clone("", "", 1), FailureClass.TASK, "AuthenticationFailed", "gives no permission");
        assertThat(requests).hasValue(1);
    }

    @Test
    void a_pack_that_is_cut_in_the_middle_is_fetched_again() throws Exception {
        large();
        var packs = new AtomicInteger();
        server.sendPacksWith(
                (out, answer) -> out.write(answer, 0, packs.getAndIncrement() < 1 ? answer.length / 2 : answer.length));
        assertThat(clone("", "", 1).ok()).isTrue();
        assertThat(packs).hasValue(2);
        git(layout.workspace(), "fsck", "--strict");
    }

    @Test
    void a_pack_that_is_always_cut_in_the_middle_is_given_up() throws Exception {
        large();
        server.sendPacksWith((out, answer) -> out.write(answer, 0, answer.length / 2));
        assertFailure(clone("", "", 1), FailureClass.INFRASTRUCTURE, "RepositoryUnreachable", server.url("shop.git"));
    }

    @Test
    void a_pack_that_stalls_in_the_middle_is_given_up() throws Exception {
        large();
        server.sendPacksWith((out, answer) -> {
            out.write(answer, 0, answer.length / 2);
            out.flush();
            waitFor(Duration.ofSeconds(30));
        });
        assertFailure(clone("", "", 1), FailureClass.INFRASTRUCTURE, "RepositoryUnreachable", "did not answer within");
    }

    @Test
    void a_pack_that_drips_is_ended_by_the_limit_of_the_whole_clone() throws Exception {
        large();
        server.sendPacksWith((out, answer) -> {
            for (var b : answer) {
                out.write(b);
                out.flush();
                waitFor(Duration.ofMillis(500));
            }
        });
        var startedAt = Instant.now();
        var report = clone(server.url("shop.git"), "", "", 1, good(), Duration.ofSeconds(4));
        assertFailure(report, FailureClass.INFRASTRUCTURE, "CloneTimeout", "more than 4 s");
        assertThat(Duration.between(startedAt, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void secrets_in_the_address_are_neither_told_nor_given_to_the_workspace() throws Exception {
        var url = server.url("nothing.git") + "?private_token=t0p-secret&x=a%2Fb%2Fc%2Fd";
        var report = clone(url, "", "", 1, good());
        assertThat(report.failureClass()).isEqualTo(FailureClass.TASK);
        assertThat(report.message()).contains("nothing.git").doesNotContain("t0p-secret", "a/b/c/d", "a%2Fb%2Fc%2Fd");
    }

    @Test
    void secrets_that_a_server_repeats_are_not_told() throws Exception {
        var location = "http://elsewhere.example/" + GitServer.PASSWORD + "/shop.git?token=t0p-secret";
        server.answerWith(exchange -> Optional.of(new Answer(302, Optional.of(location))));
        var report = clone("", "", 1);
        assertFailure(report, FailureClass.TASK, "RepositoryMoved", "http://elsewhere.example/***/shop.git");
        assertThat(report.message()).doesNotContain("t0p-secret");
    }

    @Test
    void the_whole_clone_is_bounded() throws Exception {
        server.answerWith(exchange -> {
            waitFor(Duration.ofSeconds(5));
            return Optional.empty();
        });
        var plan = Plans.of(server.url("shop.git"));
        var remote = new Remote(server.url("shop.git"), good(), Duration.ofSeconds(30));
        var report = new CloneStep(layout, plan, remote, retry(), Duration.ofSeconds(1), Clock.systemUTC()).run();
        assertFailure(report, FailureClass.INFRASTRUCTURE, "CloneTimeout", "more than 1 s");
    }

    @Test
    void a_second_run_begins_anew() throws Exception {
        clone("", "", 1);
        Files.writeString(layout.workspace().resolve("left"), "");
        assertThat(clone("", "", 1).ok()).isTrue();
        assertThat(layout.workspace().resolve("left")).doesNotExist();
    }

    private StepReport clone(String ref, String commit, int depth) {
        return clone(server.url("shop.git"), ref, commit, depth, good());
    }

    private StepReport clone(String url, String ref, String commit, int depth, Optional<Credential> credential) {
        return clone(url, ref, commit, depth, credential, Duration.ofSeconds(60));
    }

    private StepReport clone(
            String url, String ref, String commit, int depth, Optional<Credential> credential, Duration limit) {
        var plan = Plans.with(Plans.of(url), Plans.repository(url, ref, commit, depth));
        var remote = new Remote(url, credential, Duration.ofSeconds(5));
        return new CloneStep(layout, plan, remote, retry(), limit, Clock.systemUTC()).run();
    }

    private static Retry retry() {
        return new Retry(Clock.systemUTC(), Duration.ofSeconds(4));
    }

    /** Has the repository hold a file that no compression makes small. */
    private void large() throws IOException {
        var work = bare.resolveSibling("shop.git-work");
        var content = new byte[10 * GitServer.PACK_BYTES];
        new Random(7).nextBytes(content);
        Files.write(work.resolve("large.bin"), content);
        git(work, "add", "-A");
        git(work, "commit", "-qm", "Large");
        git(work, "push", "-q", "origin", "HEAD:main");
    }

    private static void waitFor(Duration time) {
        try {
            Thread.currentThread().join(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<Credential> good() {
        return Optional.of(new Credential(GitServer.USER, GitServer.PASSWORD));
    }

    private static void assertFailure(StepReport report, FailureClass failureClass, String reason, String... words) {
        assertThat(report.reason()).as(report.message()).isEqualTo(reason);
        assertThat(report.failureClass()).isEqualTo(failureClass);
        assertThat(report.message()).contains(words).doesNotContain(GitServer.PASSWORD);
    }
}
