package dev.agenttask.worker.git;

import static dev.agenttask.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agenttask.api.Base;
import dev.agenttask.worker.fixture.Plans;
import dev.agenttask.worker.git.SnapshotLimits.Excess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Making a commit of a workspace that an enemy has prepared, compared with what git itself says. */
class SnapshotIT {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path directory;

    private Path source;
    private Path vault;
    private Path workspace;
    private Base base;

    @BeforeAll
    static void isolate() {
        IsolatedSettings.install();
    }

    @BeforeEach
    void prepare() throws IOException {
        source = Files.createDirectory(directory.resolve("source"));
        git(source, "init", "-q", "-b", "main");
        write(source, "app.txt", "one\ntwo\n");
        write(source, "dir/inner.txt", "inner\n");
        write(source, "dir.txt", "sorts between\n");
        write(source, "kept/ignored.log", "tracked although ignored\n");
        write(source, ".gitignore", "*.log\n/build/\n!important.log\n");
        write(source, "script.sh", "#!/bin/sh\n");
        vault = directory.resolve("vault/repository.git");
        workspace = directory.resolve("workspace");
        commitAndCheckOut();
    }

    @Test
    void an_untouched_workspace_has_no_change() throws Exception {
        assertThat(snapshot().changed()).isFalse();
    }

    @Test
    void the_commit_is_what_git_would_make() throws Exception {
        write(workspace, "app.txt", "one\n2\nthree\n");
        write(workspace, "new/deep/file.txt", "x\n");
        write(workspace, "ignored.log", "no\n");
        write(workspace, "important.log", "yes\n");
        write(workspace, "build/out", "no\n");
        write(workspace, "kept/ignored.log", "still tracked\n");
        Files.delete(workspace.resolve("dir/inner.txt"));
        Files.setPosixFilePermissions(workspace.resolve("script.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(workspace.resolve("link"), Path.of("../outside"));
        Files.createSymbolicLink(workspace.resolve("ünicode-link"), Path.of("zü/ü"));
        write(workspace, "ü €.txt", "name\n");
        var snapshot = snapshot();
        git(workspace, "add", "-A");
        assertThat(tree(snapshot)).isEqualTo(git(workspace, "write-tree"));
        assertThat("%d files changed, %d insertions(+), %d deletions(-)"
                        .formatted(
                                snapshot.changes().files(),
                                snapshot.changes().insertions(),
                                snapshot.changes().deletions()))
                .isEqualTo(git(vault, "diff", "--shortstat", "--no-renames", base.commit(), snapshot.commit()));
        assertThat(snapshot.notes()).isEmpty();
        git(vault, "fsck", "--strict");
    }

    @Test
    void names_that_are_not_text_keep_their_bytes() throws Exception {
        shell(
                "printf x > \"$(printf 'b\\377\\376c')\"; mkdir \"$(printf 'd\\377')\"; printf y > \"$(printf 'd\\377/z')\";"
                        + " ln -s \"$(printf '/a\\200/')\" \"$(printf 'l\\377')\"; printf n > \"$(printf 'new\\nline')\"");
        var snapshot = snapshot();
        git(workspace, "add", "-A");
        assertThat(tree(snapshot)).isEqualTo(git(workspace, "write-tree"));
    }

    @Test
    void git_directories_and_what_may_be_taken_for_them_are_left_out() throws Exception {
        for (var name : new String[] {
            ".GIT", ".git ", ".git...", "git~1", ".git::$INDEX_ALLOCATION", ".g\u200cit", "sub/.git", "sub/.Git"
        }) {
            write(workspace, name + "/config", "[core]\n");
        }
        write(workspace, "sub/file", "kept\n");
        write(workspace, "aux.c", "kept\n");
        write(workspace, ".github/workflows/ci.yml", "kept\n");
        var snapshot = snapshot();
        assertThat(git(vault, "diff", "--name-only", base.commit(), snapshot.commit()))
                .isEqualTo(".github/workflows/ci.yml\naux.c\nsub/file");
        assertThat(snapshot.notes()).hasSize(7).anyMatch(note -> note.startsWith("git~1 was left out"));
    }

    @Test
    void pipes_sockets_and_unreadable_things_do_not_hang_and_do_not_delete() throws Exception {
        shell("mkfifo pipe; rm app.txt; mkfifo app.txt; mkfifo dir/pipe");
        try (var socket = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            socket.bind(java.net.UnixDomainSocketAddress.of(workspace.resolve("socket")));
            write(workspace, "new.txt", "x\n");
            var snapshot = snapshot();
            assertThat(git(vault, "diff", "--name-status", base.commit(), snapshot.commit()))
                    .isEqualTo("D\tapp.txt\nA\tnew.txt");
            assertThat(snapshot.notes()).hasSize(4);
        }
    }

    @Test
    void hooks_filters_includes_alternates_and_attributes_of_the_workspace_have_no_effect() throws Exception {
        var proof = directory.resolve("proof");
        var evil = directory.resolve("evil");
        Files.writeString(evil, "#!/bin/sh\ntouch " + proof + "\ncat\n");
        Files.setPosixFilePermissions(evil, PosixFilePermissions.fromString("rwxr-xr-x"));
        git(workspace, "config", "filter.evil.clean", evil.toString());
        git(workspace, "config", "filter.evil.smudge", evil.toString());
        git(workspace, "config", "filter.evil.process", evil.toString());
        git(workspace, "config", "core.fsmonitor", evil.toString());
        git(workspace, "config", "core.worktree", "/");
        write(workspace, ".git/objects/info/alternates", "/nowhere\n");
        write(workspace, ".git/info/attributes", "* filter=evil eol=crlf\n");
        write(workspace, ".git/info/exclude", "*\n");
        write(workspace, ".gitattributes", "* filter=evil text eol=crlf\n");
        write(workspace, ".gitignore", "*\n");
        for (var hook : new String[] {"pre-commit", "post-commit", "reference-transaction", "pre-push"}) {
            Files.copy(evil, workspace.resolve(".git/hooks").resolve(hook));
        }
        write(workspace, "app.txt", "one\r\n");
        write(workspace, "hidden.txt", "found\n");
        var snapshot = snapshot();
        assertThat(git(vault, "diff", "--name-only", base.commit(), snapshot.commit()))
                .isEqualTo(".gitattributes\n.gitignore\napp.txt\nhidden.txt");
        assertThat(git(vault, "cat-file", "-s", snapshot.commit() + ":app.txt")).isEqualTo("5");
        new Checkout(vault).detached(directory.resolve("clean"), snapshot.commit());
        assertThat(proof).doesNotExist();
    }

    @Test
    void ends_of_lines_are_made_as_the_attributes_of_the_base_say() throws Exception {
        write(source, ".gitattributes", "* text=auto\n*.bin binary\n*.raw -text\n*.win text eol=crlf\n");
        write(source, "dir/.gitattributes", "*.raw text\n");
        commitAndCheckOut();
        write(workspace, "auto.txt", "a\r\nb\r\n");
        write(workspace, "auto-binary.dat", "a\r\n\0b\r\n");
        write(workspace, "a.bin", "a\r\n");
        write(workspace, "a.raw", "a\r\n");
        write(workspace, "dir/a.raw", "a\r\n");
        write(workspace, "a.win", "a\r\n");
        var snapshot = snapshot();
        git(workspace, "add", "-A");
        assertThat(tree(snapshot)).isEqualTo(git(workspace, "write-tree"));
    }

    @Test
    void a_submodule_stays_as_the_base_has_it() throws Exception {
        var commit = git(source, "rev-parse", "HEAD");
        git(source, "update-index", "--add", "--cacheinfo", "160000," + commit + ",lib/sub");
        git(source, "commit", "-qm", "Submodule");
        checkOut();
        write(workspace, "lib/sub/file", "of the agent\n");
        assertThat(snapshot().changed()).isFalse();
        shell("rm -r lib");
        assertThat(git(vault, "diff", "--name-status", base.commit(), snapshot().commit()))
                .isEqualTo("D\tlib/sub");
    }

    @Test
    void a_large_file_is_streamed_and_too_large_a_workspace_is_refused() throws Exception {
        shell("head -c 100000000 /dev/zero > large");
        assertThat(git(vault, "cat-file", "-s", snapshot().commit() + ":large")).isEqualTo("100000000");
        assertThatThrownBy(() -> snapshot(new SnapshotLimits(1000, 50_000_000, 100, Excess.REFUSED)))
                .isInstanceOf(WorkspaceTooLargeException.class)
                .hasMessageContaining("50000000 bytes");
        assertThatThrownBy(() -> snapshot(new SnapshotLimits(3, Long.MAX_VALUE, 100, Excess.REFUSED)))
                .isInstanceOf(WorkspaceTooLargeException.class)
                .hasMessageContaining("3 files");
        shell("i=0; while [ $i -lt 150 ]; do mkdir d; cd d; i=$((i+1)); done; touch x");
        assertThatThrownBy(() -> snapshot(new SnapshotLimits(1000, Long.MAX_VALUE, 100, Excess.REFUSED)))
                .isInstanceOf(WorkspaceTooLargeException.class)
                .hasMessageContaining("100 deep");
    }

    @Test
    void an_agent_that_deletes_everything_makes_an_empty_tree() throws Exception {
        shell("rm -rf .git * .gitignore");
        var snapshot = snapshot();
        assertThat(git(vault, "ls-tree", snapshot.commit())).isEmpty();
        assertThat(snapshot.changes().files()).isEqualTo(6);
    }

    private void commitAndCheckOut() throws IOException {
        git(source, "add", "-A", "-f");
        git(source, "commit", "-q", "-m", "Base");
        checkOut();
    }

    private void checkOut() throws IOException {
        if (Files.exists(vault)) {
            delete(vault);
            delete(workspace);
        }
        Vault.create(vault).close();
        git(vault, "fetch", "-q", source.toString(), "main:" + Vault.BASE);
        base = new Base("refs/heads/main", git(vault, "rev-parse", Vault.BASE));
        new Checkout(vault).workspace(workspace, base, "https://git.example.com/shop.git");
    }

    private Snapshot snapshot() throws IOException {
        return snapshot(SnapshotLimits.ofBytes(1 << 30));
    }

    private Snapshot snapshot(SnapshotLimits limits) throws IOException {
        try (var repository = Vault.open(vault)) {
            return Snapshot.take(
                    repository, workspace, base, Plans.of("https://git.example.com/shop.git"), limits, NOW);
        }
    }

    private String tree(Snapshot snapshot) {
        return git(vault, "rev-parse", snapshot.commit() + "^{tree}");
    }

    private void shell(String script) throws Exception {
        var process = new ProcessBuilder("/bin/sh", "-c", script)
                .directory(workspace.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    private static void write(Path root, String path, String content) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    private static void delete(Path path) throws IOException {
        try (var paths = Files.walk(path)) {
            for (var each : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
