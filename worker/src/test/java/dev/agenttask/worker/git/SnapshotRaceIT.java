package dev.agenttask.worker.git;

import static dev.agenttask.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agenttask.api.Base;
import dev.agenttask.worker.fixture.Plans;
import dev.agenttask.worker.fixture.Swapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Making commits of a workspace while a process changes it to lead the reader astray, as a checkpoint does. */
class SnapshotRaceIT {

    @TempDir
    private Path directory;

    private Path vault;
    private Path workspace;
    private Base base;

    @BeforeAll
    static void isolate() {
        IsolatedSettings.install();
    }

    @BeforeEach
    void prepare() throws IOException {
        var source = Files.createDirectory(directory.resolve("source"));
        git(source, "init", "-q", "-b", "main");
        write(source, "app.txt", "one\n");
        git(source, "add", "-A");
        git(source, "commit", "-qm", "Base");
        vault = directory.resolve("vault/repository.git");
        workspace = directory.resolve("workspace");
        Vault.create(vault).close();
        git(vault, "fetch", "-q", source.toString(), "main:" + Vault.BASE);
        base = new Base("refs/heads/main", git(vault, "rev-parse", Vault.BASE));
        new Checkout(vault).workspace(workspace, base, "https://git.example.com/shop.git");
    }

    @Test
    void directories_and_files_swapped_for_links_by_a_process_at_full_speed_never_lead_outside() throws Exception {
        var outside = Files.createDirectory(directory.resolve("outside"));
        // As long as what it takes the place of: no more is read than there was.
        for (var i = 0; i < 50; i++) {
            write(outside, "file" + i, "loot\n");
            write(workspace, "swap/file" + i, "mine\n");
            write(workspace, "deep/swap/file" + i, "mine\n");
        }
        write(workspace, "swapped-file", "mine\n");
        // All that is swapped may escape a reader at once, who then sees no change.
        write(workspace, "steady-file", "mine\n");
        for (var link : new String[] {"swap-link", "deep/swap-link"}) {
            Files.createSymbolicLink(workspace.resolve(link), outside);
        }
        Files.createSymbolicLink(workspace.resolve("file-link"), outside.resolve("file0"));
        var secret = ObjectId.fromString(git(outside, "hash-object", "file0"));
        var seen = new HashSet<String>();
        try (var _ = new Swapper(
                        workspace, "swap", "swap-link", "deep/swap", "deep/swap-link", "swapped-file", "file-link");
                var repository = Vault.open(vault)) {
            for (var i = 0; i < 60; i++) {
                seen.add(git(vault, "rev-parse", snapshot() + "^{tree}"));
            }
            assertThat(repository.getObjectDatabase().has(secret)).isFalse();
        }
        // Some were taken before a swap and some after: there was a race.
        assertThat(seen).hasSizeGreaterThan(3);
    }

    @Test
    void a_file_swapped_for_a_pipe_may_hold_up_a_snapshot_but_none_after_it() throws Exception {
        write(workspace, "file", "mine\n");
        shell("mkfifo pipe");
        var rounds = new AtomicInteger();
        try (var _ = new Swapper(workspace, "file", "pipe")) {
            var reader = Thread.ofPlatform().daemon().start(() -> snapshotsUntilStuck(rounds));
            await().atMost(Duration.ofSeconds(60)).until(() -> isStuck(reader, rounds));
        }
        shell("rm file pipe; echo later > later");

        assertThat(git(vault, "diff", "--name-status", base.commit(), snapshot()))
                .isEqualTo("A\tlater");
    }

    private void snapshotsUntilStuck(AtomicInteger rounds) {
        try {
            while (true) {
                snapshot();
                rounds.incrementAndGet();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it does not move on within a time in which it would take hundreds. */
    private static boolean isStuck(Thread reader, AtomicInteger rounds) throws InterruptedException {
        var before = rounds.get();
        reader.join(Duration.ofSeconds(1));
        assertThat(reader.isAlive()).isTrue();
        return rounds.get() == before;
    }

    private String snapshot() throws IOException {
        try (var repository = Vault.open(vault)) {
            var plan = Plans.of("https://git.example.com/shop.git");
            return Snapshot.take(repository, workspace, base, plan, SnapshotLimits.ofBytes(1 << 30), Instant.EPOCH)
                    .commit();
        }
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
        Files.writeString(file, content);
    }
}
