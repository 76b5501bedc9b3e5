package dev.agenttask.worker.forecast;

import static dev.agenttask.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.forecast.ForecastAnswer;
import dev.agenttask.api.forecast.ForecastPlan;
import dev.agenttask.fixture.GitServer;
import dev.agenttask.worker.Main;
import dev.agenttask.worker.pod.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures a forecast of two hundred results, in a JVM as the pod starts it, against {@code git merge-tree} once for each
 * pair. Started by {@code bench/forecast}.
 */
class ForecastBench {

    private static final int FILES = 2000;
    private static final int HEADS = 200;
    private static final int LINES = 120;
    private static final int SAMPLE = 200;
    private static final int ROUNDS = 3;
    private static final String HEAP = "-Xmx614m";

    private final Random random = new Random(7);

    @TempDir
    private Path directory;

    private record Run(Duration time, Duration processor, long peakKilobytes, ForecastAnswer answer) {}

    @Test
    void measure() throws Exception {
        try (var server = new GitServer(Files.createDirectory(directory.resolve("repositories")))) {
            var bare = server.create("shop.git");
            fill(bare);
            var plan = new ForecastPlan(server.url("shop.git"), "refs/heads/main", heads(bare));
            var runs = new ArrayList<Run>();
            for (var i = 0; i < ROUNDS; i++) {
                runs.add(run(plan, i));
            }
            var perPair = mergeTree(bare);
            var report = report(runs, perPair);
            Files.writeString(Path.of("target", "forecast-benchmark.md"), report);
            assertThat(runs).allMatch(run -> run.answer().merges() > 0);
        }
    }

    /** Two thousand files, and branches that change three to ten of them; every fifth one a list that many change. */
    private void fill(Path bare) throws IOException, InterruptedException {
        var stream = new StringBuilder("commit refs/heads/main\n" + committer() + "data 0\n");
        for (var f = 0; f < FILES; f++) {
            stream.append(file(path(f), content(f, -1, 0)));
        }
        for (var h = 0; h < HEADS; h++) {
            stream.append("commit refs/heads/agenttask/task-")
                    .append(h)
                    .append('\n')
                    .append(committer())
                    .append("data 0\nfrom refs/heads/main\n");
            var touched = new TreeSet<Integer>();
            var count = 3 + random.nextInt(8);
            while (touched.size() < count) {
                touched.add(random.nextInt(FILES));
            }
            if (h % 5 == 0) {
                touched.add(0);
            }
            for (var f : touched) {
                stream.append(file(path(f), content(f, h, random.nextInt(LINES))));
            }
        }
        var input = directory.resolve("import");
        Files.writeString(input, stream);
        var process = new ProcessBuilder("git", "fast-import", "--quiet")
                .directory(bare.toFile())
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(process.waitFor()).isZero();
    }

    private static String committer() {
        return "committer Base <base@example.com> 1700000000 +0000\n";
    }

    private static String path(int file) {
        return "src/module-%02d/package-%d/File%d.java".formatted(file % 40, file % 7, file);
    }

    private static String file(String path, String content) {
        return "M 100644 inline " + path + "\ndata " + content.length() + "\n" + content + "\n";
    }

    private static String content(int file, int head, int changed) {
        return IntStream.range(0, LINES)
                .mapToObj(line -> head >= 0 && line == changed
                        ? "    changed by " + head + ";\n"
                        : "    statement " + line + " of file " + file + ";\n")
                .collect(Collectors.joining());
    }

    private static List<ForecastPlan.Head> heads(Path bare) {
        var base = git(bare, "rev-parse", "main");
        return IntStream.range(0, HEADS)
                .mapToObj(h -> new ForecastPlan.Head(
                        "task-" + h, "agenttask/task-" + h, git(bare, "rev-parse", "agenttask/task-" + h), base))
                .toList();
    }

    private Run run(ForecastPlan plan, int round) throws IOException, InterruptedException {
        var root = directory.resolve("pod-" + round);
        var layout = new Layout(root);
        Files.createDirectories(layout.forecastPlan().getParent());
        Files.createDirectories(layout.vault());
        Files.createDirectories(layout.gitCredential());
        Files.createDirectories(layout.terminationLog().getParent());
        Files.writeString(layout.forecastPlan(), AgentTaskJson.MAPPER.writeValueAsString(plan));
        Files.writeString(layout.gitCredential().resolve("username"), GitServer.USER);
        Files.writeString(layout.gitCredential().resolve("password"), GitServer.PASSWORD);
        var out = directory.resolve("out-" + round);
        var started = System.nanoTime();
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@../images/worker/java.options",
                        HEAP,
                        "-D" + Layout.ROOT_PROPERTY + "=" + root,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        ForecastPlan.ROLE)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var peak = 0L;
        var processor = Duration.ZERO;
        while (!process.waitFor(Duration.ofMillis(20))) {
            peak = Math.max(peak, peak(process.pid()));
            processor = process.info().totalCpuDuration().orElse(processor);
        }
        var time = Duration.ofNanos(System.nanoTime() - started);
        assertThat(process.exitValue()).isZero();
        return new Run(
                time,
                processor,
                peak,
                ForecastAnswer.find(Files.readString(out)).orElseThrow());
    }

    private static long peak(long pid) throws IOException {
        var status = Path.of("/proc", Long.toString(pid), "status");
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /** What one call costs, over a sample of pairs. */
    private Duration mergeTree(Path bare) throws IOException, InterruptedException {
        var started = System.nanoTime();
        for (var i = 0; i < SAMPLE; i++) {
            var one = random.nextInt(HEADS);
            var other = (one + 1 + random.nextInt(HEADS - 1)) % HEADS;
            var process = new ProcessBuilder(
                            "git", "merge-tree", "--write-tree", "agenttask/task-" + one, "agenttask/task-" + other)
                    .directory(bare.toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(process.waitFor()).isBetween(0, 1);
        }
        return Duration.ofNanos((System.nanoTime() - started) / SAMPLE);
    }

    private static String report(List<Run> runs, Duration perPair) {
        var sorted = runs.stream().map(Run::time).sorted().toList();
        var median = sorted.get(sorted.size() / 2);
        var answer = runs.getFirst().answer();
        var pairs = HEADS * (HEADS - 1) / 2;
        var all = perPair.multipliedBy(pairs);
        var conflicting =
                answer.heads().stream().mapToInt(ForecastAnswer.Head::conflicts).sum() / 2;
        return """
                | %d results on %d files | |
                |---|---|
                | pairs; touching the same paths; merged; conflicting | %d; %d; %d; %d |
                | the whole of a forecast, from the start of its JVM: median of %d (least to most) | %.1f s (%.1f to %.1f) |
                | time of the processor: median | %.1f s |
                | most resident memory | %d MiB |
                | `git merge-tree` for one pair, times all pairs | %.1f ms, %.0f s: %.0f times as long |
                """.formatted(
                HEADS,
                FILES,
                pairs,
                answer.overlapping(),
                answer.merges(),
                conflicting,
                runs.size(),
                seconds(median),
                seconds(sorted.getFirst()),
                seconds(sorted.getLast()),
                seconds(runs.stream().map(Run::processor).sorted().toList().get(runs.size() / 2)),
                runs.stream().mapToLong(Run::peakKilobytes).max().orElse(0) / 1024,
                perPair.toNanos() / 1e6,
                seconds(all),
                seconds(all) / seconds(median));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
