package dev.agenttask.worker.run;

import static dev.agenttask.worker.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agenttask.worker.fixture.GitServer;
import dev.agenttask.worker.fixture.LocalPod;
import dev.agenttask.worker.fixture.Plans;
import dev.agenttask.worker.pod.CheckpointRecord;
import dev.agenttask.worker.pod.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the worker needs for the largest work that it takes, with the heap that its image gives it. */
class WorkerMemoryIT {

    /** The worker's request in the pod. */
    private static final long MEMORY_KIB = 128 << 10;

    @TempDir
    private Path repositories;

    @Test
    void a_hundred_thousand_files_and_one_of_300_megabytes_are_checkpointed_and_salvaged_in_bounded_memory()
            throws Exception {
        try (var server = new GitServer(repositories)) {
            var bare = server.createWith("shop.git", "app.txt", "broken\n");
            var plan = Plans.withCheckpoints(Plans.of(server.url("shop.git")), Duration.ofSeconds(5));
            try (var pod = new LocalPod(plan, Optional.empty()).script("agent", """
                    for d in 0 1 2 3 4 5 6 7 8 9; do mkdir $d; (cd $d; seq $d 10 99999 | split -l 1 -a 4 -d); done
                    yes | head -c 300000000 >large
                    while [ ! -e ../go ]; do sleep 0.1; done
                    for d in 0 1; do (cd $d; seq $d 10 99999 | sed 's/$/ changed/' | split -l 1 -a 4 -d); done
                    exit 1
                    """)) {
                pod.runClone();
                pod.startWorker();
                pod.startAgent();
                awaitCheckpointOf(pod, 100_002);
                Files.createFile(pod.volume("go"));
                assertThat(pod.await("agent")).isEqualTo(70);
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> !pod.terminationMessage("worker").isEmpty());
                assertThat(highWaterMark(pod.process("worker"))).isLessThan(MEMORY_KIB);
                pod.terminateWorker();
                assertThat(pod.report("worker").wipRef())
                        .as(pod.report("worker").message())
                        .isEqualTo(Plans.WIP);
                assertThat(git(bare, "show", Plans.WIP + ":0/x0000")).isEqualTo("0 changed");
                assertThat(git(bare, "cat-file", "-s", Plans.WIP + ":large")).isEqualTo("300000000");
            }
        }
    }

    private static void awaitCheckpointOf(LocalPod pod, int files) {
        var record = new JsonFile<>(pod.layout("worker").checkpoint(), CheckpointRecord.class);
        await().atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> record.read()
                        .filter(r -> !r.commit().isEmpty())
                        .filter(r -> git(pod.layout("worker").repository(), "ls-tree", "-r", "--name-only", r.commit())
                                        .lines()
                                        .count()
                                == files)
                        .isPresent());
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
