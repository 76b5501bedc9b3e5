package dev.agenttask.worker.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agenttask.api.Base;
import dev.agenttask.api.Limits;
import dev.agenttask.api.event.EventData;
import dev.agenttask.fixture.GitServer;
import dev.agenttask.worker.fixture.Plans;
import dev.agenttask.worker.git.Cloner;
import dev.agenttask.worker.git.Credential;
import dev.agenttask.worker.git.IsolatedSettings;
import dev.agenttask.worker.git.Remote;
import dev.agenttask.worker.git.Retry;
import dev.agenttask.worker.git.Vault;
import dev.agenttask.worker.pod.Layout;
import dev.agenttask.worker.pod.StepFailure;
import dev.agenttask.worker.report.Reporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commit of the agent's work, for a worker and for the one after its crash. */
class WorkIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Reporter NOBODY = new Reporter() {
        @Override
        public void report(EventData event) {}

        @Override
        public void report(EventData event, Instant at) {}
    };

    @TempDir
    private Path directory;

    private Layout layout;
    private Base base;

    @BeforeAll
    static void isolate() {
        IsolatedSettings.install();
    }

    @BeforeEach
    void fetch() throws Exception {
        layout = new Layout(directory.resolve("pod"));
        Files.createDirectories(layout.vault());
        Files.createDirectories(layout.workspace());
        var retry = new Retry(Clock.systemUTC(), Duration.ofSeconds(5));
        try (var server = new GitServer(Files.createDirectory(directory.resolve("repositories")));
                var vault = Vault.create(layout.repository())) {
            server.createWith("shop.git", "app.txt", "broken\n");
            var credential = new Credential(GitServer.USER, GitServer.PASSWORD);
            var remote = new Remote(server.url("shop.git"), Optional.of(credential), Duration.ofSeconds(10));
            base = new Cloner(vault, remote, retry).fetch("", "", 1);
        }
    }

    @Test
    void what_fits_of_work_that_is_too_large_is_not_taken_for_all_of_it_after_a_crash() throws Exception {
        Files.writeString(layout.workspace().resolve("app.txt"), "fixed\n");
        Files.write(layout.workspace().resolve("large.bin"), new byte[3 << 20]);
        var salvaged = work().whatFits(TIMEOUT);
        assertThat(salvaged.changed()).isTrue();

        var afterCrash = work();

        assertThatThrownBy(() -> afterCrash.snapshot(TIMEOUT))
                .isInstanceOf(StepFailure.class)
                .hasMessageStartingWith(Work.TOO_LARGE);
        assertThat(afterCrash.whatFits(TIMEOUT)).isEqualTo(salvaged);
    }

    @Test
    void what_was_made_of_the_whole_work_is_made_once_and_salvaged_too() throws Exception {
        Files.writeString(layout.workspace().resolve("app.txt"), "fixed\n");
        var whole = work().snapshot(TIMEOUT);

        Files.writeString(layout.workspace().resolve("app.txt"), "changed since\n");

        assertThat(work().snapshot(TIMEOUT)).isEqualTo(whole);
        assertThat(work().whatFits(TIMEOUT)).isEqualTo(whole);
    }

    /** That of a worker that was started a moment ago. */
    private Work work() throws IOException {
        var plan = Plans.with(Plans.of("-"), new Limits("10m", "10m", "2Mi"));
        return new Work(layout, plan, base, Journal.open(layout.journal()), NOBODY, Clock.systemUTC());
    }
}
