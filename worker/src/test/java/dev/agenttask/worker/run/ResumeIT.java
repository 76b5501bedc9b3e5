package dev.agenttask.worker.run;

import static dev.agenttask.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.fixture.GitServer;
import dev.agenttask.worker.fixture.LocalPod;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A workspace that goes on with the work of an attempt before. */
class ResumeIT {

    private static final String BEFORE = "refs/agenttask/wip/fix-it-4f9c2/0";

    @TempDir
    private Path directory;

    private GitServer server;
    private Path bare;
    private String base;
    private Layout layout;

    @BeforeAll
    static void isolate() {
        IsolatedSettings.install();
    }

    @BeforeEach
    void serve() throws IOException {
        server = new GitServer(Files.createDirectory(directory.resolve("repositories")));
        bare = server.createWith(
                "shop.git", "app.txt", "broken\n", "run.sh", "#!/bin/sh\n", "gone.txt", "gone\n", "dir/kept", "kept\n");
        base = git(bare, "rev-parse", "main");
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
    void an_attempt_goes_on_with_the_files_that_the_one_before_left() throws Exception {
        try (var first = new LocalPod(Plans.of(server.url("shop.git")), Optional.empty())
                .script(
                        "agent",
                        "echo half > app.txt; chmod +x run.sh; rm gone.txt; echo new > new.txt; ln -s app.txt link; exit 1")
                .run()) {
            assertThat(first.report("worker").wipRef()).isEqualTo(Plans.WIP);
        }
        git(bare, "update-ref", BEFORE, Plans.WIP);
        moveMain();
        var plan = Plans.resuming(Plans.of(server.url("shop.git")), List.of(BEFORE), base);
        try (var second = new LocalPod(plan, Optional.empty())
                .script(
                        "agent",
                        "git status --porcelain; git log --format=%H; test -x run.sh && test \"$(cat app.txt link)\" = 'half\nhalf'"
                                + " && echo whole > app.txt")
                .run()) {
            assertThat(second.log("agent")).isEqualTo("""
                     M app.txt
                     D gone.txt
                     M run.sh
                    ?? link
                    ?? new.txt
                    %s
                    """.formatted(base));
            assertThat(git(bare, "diff", "--name-status", base, Plans.BRANCH))
                    .isEqualTo("M\tapp.txt\nD\tgone.txt\nA\tlink\nA\tnew.txt\nM\trun.sh");
            assertThat(git(bare, "show", Plans.BRANCH + ":app.txt")).isEqualTo("whole");
            assertThat(git(bare, "rev-parse", Plans.BRANCH + "^")).isEqualTo(base);
        }
    }

    @Test
    void without_that_ref_the_attempt_starts_from_the_base_and_says_so() throws Exception {
        var report = clone(1);
        assertStartsFromBase(report, "it is not there");
    }

    @Test
    void of_several_refs_the_latest_that_is_there_is_gone_on_with() throws Exception {
        git(bare, "update-ref", BEFORE, commit(git(bare, "rev-parse", "main:dir"), "main"));
        git(bare, "update-ref", BEFORE + 1, commit(git(bare, "rev-parse", "main^{tree}"), "main"));
        var report = clone(1, List.of(BEFORE + 3, BEFORE + 2, BEFORE, BEFORE + 1));
        assertThat(report.message()).startsWith("Goes on with the work at " + BEFORE + " ");
        assertThat(layout.workspace().resolve("kept")).exists();
        assertThat(layout.workspace().resolve("app.txt")).doesNotExist();
    }

    @Test
    void work_on_another_base_is_not_taken() throws Exception {
        moveMain();
        git(bare, "update-ref", BEFORE, "main");
        git(bare, "update-ref", BEFORE, commit(git(bare, "rev-parse", "main^{tree}"), "main"));
        assertStartsFromBase(clone(1), "does not start from " + base);
        assertStartsFromBase(clone(0), "does not start from " + base);
    }

    @Test
    void a_ref_that_is_no_commit_is_not_taken() throws Exception {
        git(bare, "update-ref", BEFORE, git(bare, "rev-parse", "main:app.txt"));
        assertStartsFromBase(clone(1), "it is not a commit");
    }

    @Test
    void names_that_lead_out_of_the_workspace_or_into_git_are_not_checked_out() throws Exception {
        var blob = git(bare, "rev-parse", "main:app.txt");
        for (var name : new String[] {".git", ".GIT", "git~1", "..", ".git::$INDEX_ALLOCATION"}) {
            var inner = tree("100644", blob, name);
            git(bare, "update-ref", BEFORE, commit(tree("040000", inner, "new"), "main"));
            assertStartsFromBase(clone(1), "it holds what is not checked out");
        }
    }

    @Test
    void a_link_and_a_directory_of_one_name_are_not_checked_out() throws Exception {
        var outside = Files.createDirectory(directory.resolve("outside"));
        var target = directory.resolve("target");
        Files.writeString(target, outside.toString());
        var link = git(bare, "hash-object", "-w", target.toString());
        var inner = tree("100644", git(bare, "rev-parse", "main:app.txt"), "escaped");
        git(bare, "update-ref", BEFORE, commit(tree("120000", link, "a", "040000", inner, "a"), "main"));
        assertStartsFromBase(clone(1), "it holds what is not checked out");
        assertThat(outside).isEmptyDirectory();
    }

    private StepReport clone(int depth) {
        return clone(depth, List.of(BEFORE));
    }

    private StepReport clone(int depth, List<String> refs) {
        var url = server.url("shop.git");
        var plan = Plans.resuming(Plans.with(Plans.of(url), Plans.repository(url, "main", "", depth)), refs, base);
        var remote =
                new Remote(url, Optional.of(new Credential(GitServer.USER, GitServer.PASSWORD)), Duration.ofSeconds(5));
        var clock = Clock.systemUTC();
        return new CloneStep(layout, plan, remote, new Retry(clock, Duration.ZERO), Duration.ofSeconds(60), clock)
                .run();
    }

    private void assertStartsFromBase(StepReport report, String why) throws IOException {
        assertThat(report.ok()).as(report.message()).isTrue();
        assertThat(report.message())
                .startsWith("Starts from the base and not from the work at " + BEFORE)
                .contains(why);
        assertThat(new JsonFile<>(layout.cloneRecord(), CloneRecord.class)
                        .readExisting()
                        .note())
                .isEqualTo(report.message());
        assertThat(git(layout.workspace(), "status", "--porcelain")).isEmpty();
        assertThat(git(layout.workspace(), "rev-parse", "HEAD")).isEqualTo(base);
    }

    private void moveMain() {
        git(bare, "update-ref", "refs/heads/main", commit(git(bare, "rev-parse", "main^{tree}"), "main"));
    }

    private String commit(String tree, String parent) {
        return git(bare, "commit-tree", "-m", "x", "-p", parent, tree);
    }

    /** A tree as it is written, whatever it holds: mode, id and name of each entry in turn. */
    private String tree(String... entries) throws IOException {
        var file = directory.resolve("tree");
        try (var out = Files.newOutputStream(file)) {
            for (var i = 0; i < entries.length; i += 3) {
                var mode = entries[i].replaceFirst("^0", "");
                out.write((mode + " " + entries[i + 2] + "\0").getBytes(StandardCharsets.UTF_8));
                out.write(java.util.HexFormat.of().parseHex(entries[i + 1]));
            }
        }
        return git(bare, "hash-object", "-t", "tree", "-w", "--literally", file.toString());
    }
}
