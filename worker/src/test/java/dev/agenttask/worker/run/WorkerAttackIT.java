package dev.agenttask.worker.run;

import static dev.agenttask.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agenttask.fixture.GitServer;
import dev.agenttask.worker.fixture.LocalPod;
import dev.agenttask.worker.fixture.Plans;
import dev.agenttask.worker.fixture.Swapper;
import dev.agenttask.worker.pod.CheckpointRecord;
import dev.agenttask.worker.pod.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs beside the worker attacks it: changes the workspace under its feet, or takes what the kernel has. */
class WorkerAttackIT {

    @TempDir
    private Path directory;

    private GitServer server;
    private Path bare;

    @BeforeEach
    void serve() throws IOException {
        server = new GitServer(Files.createDirectory(directory.resolve("repositories")));
        bare = server.createWith("shop.git", "app.txt", "broken\n", "swap/file", "mine\n");
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void directories_and_files_swapped_for_links_lead_no_checkpoint_outside() throws Exception {
        var outside = Files.createDirectories(directory.resolve("outside"));
        Files.writeString(outside.resolve("file"), "loot\n");
        var loot = git(outside, "hash-object", "file");
        try (var pod = pod("ln -s " + outside + " link; ln -s " + outside + "/file file-link; echo mine > file;"
                + " touch ../ready; while [ ! -e ../go ]; do date +%N > tick; sleep 0.1; done; rm -r link file* swap tick;"
                + " echo whole > app.txt")) {
            start(pod);
            var seen = new JsonFile<>(pod.layout("worker").checkpoint(), CheckpointRecord.class);
            try (var _ = new Swapper(pod.volume("workspace"), "swap", "link", "file", "file-link")) {
                var first = awaitOther(seen, "");
                awaitOther(seen, awaitOther(seen, first));
            }
            finish(pod);

            assertThat(git(bare, "cat-file", "--batch-all-objects", "--batch-check"))
                    .doesNotContain(loot);
            assertThat(git(bare, "show", Plans.BRANCH + ":app.txt")).isEqualTo("whole");
        }
    }

    @Test
    void a_checkpoint_that_hangs_on_a_pipe_holds_up_neither_the_end_of_the_agent_nor_its_delivery() throws Exception {
        try (var pod = pod("mkfifo pipe; echo mine > file; touch ../ready; while [ ! -e ../go ]; do date +%N > tick;"
                + " sleep 0.1; done; rm pipe file tick; echo whole > app.txt")) {
            start(pod);
            try (var _ = new Swapper(pod.volume("workspace"), "file", "pipe")) {
                var seen = new JsonFile<>(pod.layout("worker").checkpoint(), CheckpointRecord.class);
                var last = new AtomicReference<Optional<CheckpointRecord>>(Optional.empty());
                // A time that is enough for several.
                await().during(Duration.ofSeconds(5))
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> last.getAndSet(seen.read()).equals(last.get()));
            }
            var startedAt = System.nanoTime();
            finish(pod);

            assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofSeconds(45));
            assertThat(git(bare, "show", Plans.BRANCH + ":app.txt")).isEqualTo("whole");
        }
    }

    @Test
    void an_attempt_goes_well_where_the_kernel_has_no_more_signals_for_the_user_of_the_pods() throws Exception {
        try (var pod = pod("echo whole > app.txt").limited("--sigpending=0:0").run()) {
            assertThat(pod.report("deliver").branch()).isEqualTo(Plans.BRANCH);
            assertThat(pod.log("worker")).contains("a pipe stays open").doesNotContain("worker failed");
        }
    }

    private static String awaitOther(JsonFile<CheckpointRecord> file, String commit) {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> file.read().map(CheckpointRecord::commit).orElse(""),
                        found -> !found.isEmpty() && !found.equals(commit));
    }

    private static void start(LocalPod pod) throws Exception {
        pod.runClone();
        pod.startWorker();
        pod.startAgent();
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(pod.volume("ready")));
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

    private LocalPod pod(String script) throws IOException {
        var plan = Plans.withCheckpoints(Plans.of(server.url("shop.git")), Duration.ofMillis(500));
        return new LocalPod(plan, Optional.empty()).script("agent", script);
    }
}
