package dev.agenttask.worker.run;

import static dev.agenttask.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.fixture.GitServer;
import dev.agenttask.worker.fixture.LocalPod;
import dev.agenttask.worker.fixture.Plans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that no compression makes small goes all the way through JVMs that could not hold it. */
class LargeFileIT {

    private static final int MEGABYTES = 300;

    @TempDir
    private Path directory;

    @Test
    void a_file_of_300_megabytes_is_cloned_changed_and_delivered_in_little_memory() throws Exception {
        try (var server = new GitServer(Files.createDirectory(directory.resolve("repositories")))) {
            var bare = server.createWith("shop.git", "app.txt", "broken\n");
            var work = bare.resolveSibling("shop.git-work");
            write(work.resolve("large.bin"));
            git(work, "config", "core.compression", "0");
            git(work, "add", "-A");
            git(work, "commit", "-qm", "Large");
            git(work, "push", "-q", "origin", "HEAD:main");
            try (var pod = new LocalPod(Plans.of(server.url("shop.git")), Optional.empty())) {
                pod.script("agent", "printf more >> large.bin").run();
                assertThat(pod.report("clone").reason()).isEmpty();
                assertThat(pod.report("deliver").reason()).isEmpty();
            }
            assertThat(git(bare, "cat-file", "-s", Plans.BRANCH + ":large.bin"))
                    .isEqualTo(String.valueOf((MEGABYTES << 20) + "more".length()));
        }
    }

    private static void write(Path file) throws IOException {
        var random = new Random(7);
        var megabyte = new byte[1 << 20];
        try (var out = Files.newOutputStream(file)) {
            for (var i = 0; i < MEGABYTES; i++) {
                random.nextBytes(megabyte);
                out.write(megabyte);
            }
        }
    }
}
