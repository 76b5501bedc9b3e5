package dev.agenttask.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.worker.fixture.Plans;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of an attempt in files, as it is brought to git. */
class AttemptLogIT {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final AttemptLog.Bounds SMALL = new AttemptLog.Bounds(20_000, 10_000, 5_000);

    @TempDir
    private Path directory;

    @Test
    void lines_and_events_stand_in_it_with_their_time_and_step() throws Exception {
        try (var log = open(AttemptLog.Bounds.DEFAULT)) {
            event(log, new EventData.StepStarted("agent", ""));
            print(log, "working");
            print(log, "");
            event(log, new EventData.StepFinished("agent", "", false, 3, 1500, "exited\nbadly"));
        }
        assertThat(text()).isEqualTo("""
                2026-01-02T03:04:05.000Z agent * began
                2026-01-02T03:04:05.000Z agent | working
                2026-01-02T03:04:05.000Z agent |\s
                2026-01-02T03:04:05.000Z agent * failed after 1.5 s, exit code 3: exited badly
                2026-01-02T03:04:05.000Z deliver * done
                """);
        assertThat(Files.readAllLines(files().events()))
                .extracting(line -> ProgressEvent.parse(line.getBytes(StandardCharsets.UTF_8))
                        .type())
                .containsExactly("step.started", "step.finished");
    }

    @Test
    void secrets_and_what_would_harm_a_terminal_are_not_in_it() throws Exception {
        try (var log = open(AttemptLog.Bounds.DEFAULT)) {
            print(log, "\u001b[2J the password is secret!");
        }
        assertThat(text()).contains("agent | \u241b[2J the password is ***\n").doesNotContain("secret!");
    }

    @Test
    void of_too_much_the_beginning_and_the_end_are_kept_and_the_missing_bytes_are_counted() throws Exception {
        var all = 0L;
        try (var log = open(SMALL)) {
            for (var i = 0; i < 5000; i++) {
                print(log, "line %05d".formatted(i));
                all += "2026-01-02T03:04:05.000Z agent | line 00000\n".length();
            }
        }
        var lines = text().lines().toList();
        assertThat(lines.getFirst()).endsWith("line 00000");
        assertThat(lines.get(lines.size() - 2)).endsWith("line 04999");
        assertThat(lines)
                .allMatch(line -> line.matches(".* agent \\| line \\d{5}|\\.\\.\\. .* not kept \\.\\.\\.|.*done"));
        var missing = lines.stream().filter(line -> line.startsWith("...")).toList();
        assertThat(missing).hasSize(1);
        var kept = (lines.size() - 2) * "2026-01-02T03:04:05.000Z agent | line 00000\n".length();
        assertThat(missing.getFirst()).isEqualTo("... " + (all - kept) + " bytes of the log are not kept ...");
        assertThat(kept).isBetween(30_000, 45_000);
    }

    @Test
    void a_worker_that_is_started_again_goes_on_with_it() throws Exception {
        for (var i = 0; i < 3; i++) {
            try (var log = open(SMALL)) {
                print(log, "worker " + i);
            }
        }
        assertThat(text())
                .containsSubsequence("worker 0", "worker 1", "worker 2")
                .doesNotContain("not kept");
    }

    @Test
    void without_kafka_the_numbers_of_its_events_go_on_after_a_crash() throws Exception {
        for (var i = 0; i < 3; i++) {
            try (var log = open(SMALL)) {
                var recorder = new Recorder(Plans.of("-"), Redactor.NONE, CLOCK, log, Optional.empty());
                recorder.report(new EventData.StepStarted("verify", "check-" + i));
                recorder.report(new EventData.Log("verify", "output", false));
            }
        }
        assertThat(Files.readAllLines(files().events()))
                .extracting(line -> ProgressEvent.parse(line.getBytes(StandardCharsets.UTF_8))
                        .sequence())
                .containsExactly(0L, 1L, 2L);
    }

    @Test
    void what_the_disk_does_not_take_is_told_to_be_missing() throws Exception {
        try (var log = open(SMALL)) {
            print(log, "before");
            log.flush();
            Files.move(directory.resolve("log"), directory.resolve("kept"));
            Files.createFile(directory.resolve("log"));
            for (var i = 0; i < 1000; i++) {
                print(log, "lost");
            }
            Files.delete(directory.resolve("log"));
            Files.move(directory.resolve("kept"), directory.resolve("log"));
            print(log, "after");
        }
        assertThat(text()).containsSubsequence("before", "bytes of the log are not kept", "after");
    }

    @Test
    void a_log_of_nothing_is_empty() throws Exception {
        assertThat(text()).isEqualTo("2026-01-02T03:04:05.000Z deliver * done\n");
    }

    private AttemptLog open(AttemptLog.Bounds bounds) {
        return new AttemptLog(files(), bounds, CLOCK);
    }

    private LogFiles files() {
        return new LogFiles(directory.resolve("log"));
    }

    private String text() throws IOException {
        var target = directory.resolve("log.txt");
        files().write(target, Redactor.of("me", "secret!"), "deliver * done", NOW);
        return Files.readString(target);
    }

    private static void print(AttemptLog log, String line) {
        var bytes = line.getBytes(StandardCharsets.UTF_8);
        log.line("agent", bytes, 0, bytes.length, false);
    }

    private static void event(AttemptLog log, EventData data) {
        var event = ProgressEvent.of(ProgressEvent.WORKER, Plans.of("-").task(), 1, 0, NOW, data);
        log.event(event, event.toJson());
    }
}
