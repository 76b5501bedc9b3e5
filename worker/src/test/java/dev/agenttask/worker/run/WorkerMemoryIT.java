package dev.agenttask.worker.run;

import static dev.agenttask.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.fixture.GitServer;
import dev.agenttask.worker.fixture.LocalPod;
import dev.agenttask.worker.fixture.Plans;
import dev.agenttask.worker.pod.CheckpointRecord;
import dev.agenttask.worker.pod.JsonFile;
import dev.agenttask.worker.pod.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the worker needs for the largest work that it takes, with the heap that its image gives it. */
class WorkerMemoryIT {

    /** The worker's request in the pod. */
    private static final long MEMORY_KIB = 128 << 10;

    @TempDir
    private Path repositories;

    @Test
    void a_hundred_thousand_files_and_one_of_300_megabytes_are_checkpointed_and_made_a_commit_in_bounded_memory()
            throws Exception {
        try (var server = new GitServer(repositories)) {
            var bare = server.createWith("shop.git", "app.txt", "broken\n");
            var plan = Plans.withCheckpoints(Plans.of(server.url("shop.git")), Duration.ofSeconds(5));
            try (var pod = new LocalPod(plan, Optional.empty()).script("agent", """
                    for d in 0 1 2 3 4 5 6 7 8 9; do mkdir $d; (cd $d; seq $d 10 99999 | split -l 1 -a 4 -d); done
                    yes | head -c 300000000 >large
                    touch all
                    while [ ! -e ../go ]; do sleep 0.1; done
                    echo changed >0/x0000
                    """)) {
                pod.runClone();
                pod.startWorker();
                pod.startAgent();
                var checkpoint = new JsonFile<>(pod.layout("worker").checkpoint(), CheckpointRecord.class);
                await(() -> checkpoint
                        .read()
                        .filter(record -> isIn(bare, record.commit(), "all"))
                        .isPresent());
                assertThat(git(bare, "cat-file", "-s", Plans.WIP + ":large")).isEqualTo("300000000");
                Files.createFile(pod.volume("go"));
                await(() -> pod.exitCode("agent").isPresent());
                pod.startVerify();
                await(() -> pod.exitCode("verify").isPresent());
                assertThat(highWaterMark(pod.process("worker"))).isLessThan(MEMORY_KIB);
                var verdict = new JsonFile<>(pod.layout("worker").verdict(), Verdict.class).readExisting();
                assertThat(verdict.report().reason())
                        .as(verdict.report().message())
                        .isEmpty();
                assertThat(verdict.report().files()).isEqualTo(100_002);
            }
        }
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofSeconds(1))
                .until(condition);
    }

    private static boolean isIn(Path repository, String commit, String file) {
        return !commit.isEmpty() && !git(repository, "ls-tree", commit, file).isEmpty();
    }

    private static long highWaterMark(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }
}
