package dev.agenttask.worker.forecast;

import static dev.agenttask.fixture.GitServer.git;

import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.api.forecast.ForecastAnswer;
import dev.agenttask.api.forecast.ForecastPlan;
import dev.agenttask.fixture.GitServer;
import dev.agenttask.worker.git.Credential;
import dev.agenttask.worker.git.Remote;
import dev.agenttask.worker.git.Retry;
import dev.agenttask.worker.pod.Layout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A repository on a server with results in branches, and forecasts of them. */
final class Results {

    /** Changes the files of a clone. */
    @FunctionalInterface
    interface Edit {
        void in(Path work) throws IOException;
    }

    private final GitServer server;
    private final Path directory;
    private final Path work;
    private final List<ForecastPlan.Head> heads = new ArrayList<>();

    Results(Path directory, GitServer server, String... files) throws IOException {
        this.directory = directory;
        this.server = server;
        this.work = server.createWith("shop.git", files).resolveSibling("shop.git-work");
    }

    Path work() {
        return work;
    }

    /** A result that starts from the tip of the branch {@code main}. */
    Results with(String task, Edit edit) throws IOException {
        return from("origin/main", task, edit);
    }

    Results from(String base, String task, Edit edit) throws IOException {
        git(work, "checkout", "-q", "-f", "--detach", base);
        var baseCommit = git(work, "rev-parse", "HEAD");
        heads.add(new ForecastPlan.Head(task, "agenttask/" + task, commit(task, edit), baseCommit));
        git(work, "push", "-q", "origin", "HEAD:refs/heads/agenttask/" + task);
        return this;
    }

    /** A commit on the branch {@code main}. */
    Results main(String message, Edit edit) throws IOException {
        git(work, "checkout", "-q", "-f", "--detach", "origin/main");
        commit(message, edit);
        git(work, "push", "-q", "origin", "HEAD:main");
        return this;
    }

    private String commit(String message, Edit edit) throws IOException {
        git(work, "clean", "-q", "-ffd");
        edit.in(work);
        git(work, "add", "-A", "-f");
        git(work, "commit", "-q", "-m", message);
        return git(work, "rev-parse", "HEAD");
    }

    /** As many results at once, each of which writes its number into a file. */
    Results many(int count, String path) throws IOException {
        var base = git(work, "rev-parse", "origin/main");
        var stream = new StringBuilder();
        for (var i = 0; i < count; i++) {
            stream.append(commit("agenttask/task-" + i, Optional.of(base), path, i + "\n"));
        }
        imported(stream);
        return delivered(base);
    }

    private Results delivered(String base) {
        git(work, "push", "-q", "origin", "refs/heads/agenttask/*:refs/heads/agenttask/*");
        var format = "--format=%(objectname) %(refname:lstrip=3)";
        git(work, "for-each-ref", "--sort=version:refname", format, "refs/heads/agenttask")
                .lines()
                .map(line -> line.split(" "))
                .map(words -> new ForecastPlan.Head(words[1], "agenttask/" + words[1], words[0], base))
                .forEach(heads::add);
        return this;
    }

    /** As many results at once, each of which changes one or two lines of one or two files of twenty lines. */
    Results random(int count, List<String> paths, Random random) throws IOException {
        var base = git(work, "rev-parse", "origin/main");
        var stream = new StringBuilder();
        for (var i = 0; i < count; i++) {
            stream.append(commit("agenttask/task-" + i, Optional.of(base), random, paths));
        }
        imported(stream);
        return delivered(base);
    }

    private static String commit(String branch, Optional<String> base, Random random, List<String> paths) {
        var first = random.nextInt(paths.size());
        var files = IntStream.range(0, 1 + random.nextInt(2))
                .mapToObj(i -> paths.get((first + i) % paths.size()))
                .map(path -> file(path, edited(random, branch)))
                .collect(Collectors.joining());
        return head(branch, base) + files;
    }

    private static String edited(Random random, String by) {
        var lines = IntStream.rangeClosed(1, 20).mapToObj(i -> "line " + i).toArray(String[]::new);
        var at = random.nextInt(lines.length);
        for (var i = at; i < Math.min(lines.length, at + 1 + random.nextInt(2)); i++) {
            lines[i] = by + " " + i;
        }
        return String.join("\n", lines) + "\n";
    }

    /** As many commits on the branch {@code main}, each of which writes its number into a file. */
    Results ahead(int count, String path) throws IOException {
        var base = git(work, "rev-parse", "origin/main");
        var stream = new StringBuilder();
        for (var i = 0; i < count; i++) {
            stream.append(commit("ahead", i == 0 ? Optional.of(base) : Optional.empty(), path, i + "\n"));
        }
        imported(stream);
        git(work, "push", "-q", "origin", "ahead:main");
        return this;
    }

    /** A commit as {@code git fast-import} reads it, on what the branch has unless a base is given. */
    private static String commit(String branch, Optional<String> base, String path, String content) {
        return head(branch, base) + file(path, content);
    }

    private static String head(String branch, Optional<String> base) {
        return "commit refs/heads/" + branch + "\ncommitter Base <base@example.com> 1700000000 +0000\ndata 0\n"
                + base.map(b -> "from " + b + "\n").orElse("");
    }

    private static String file(String path, String content) {
        return "M 100644 inline " + path + "\ndata " + content.length() + "\n" + content + "\n";
    }

    private void imported(CharSequence stream) throws IOException {
        var file = directory.resolve("import");
        Files.writeString(file, stream);
        git(work, "-c", "alias.import=!git fast-import --quiet <" + file, "import");
    }

    ForecastPlan plan() {
        return new ForecastPlan(server.url("shop.git"), "refs/heads/main", heads);
    }

    ForecastAnswer forecast() {
        return forecast(plan());
    }

    ForecastAnswer forecast(ForecastPlan plan) {
        var printed = new ByteArrayOutputStream();
        var report = run(plan, printed);
        if (!report.ok()) {
            throw new AssertionError(report.reason() + ": " + report.message());
        }
        return ForecastAnswer.find(printed.toString(StandardCharsets.UTF_8)).orElseThrow();
    }

    StepReport run(ForecastPlan plan, ByteArrayOutputStream printed) {
        try {
            var layout = new Layout(Files.createTempDirectory(directory, "pod"));
            Files.createDirectories(layout.vault());
            var credential = Optional.of(new Credential(GitServer.USER, GitServer.PASSWORD));
            var remote = new Remote(plan.url(), credential, Duration.ofSeconds(20));
            return new ForecastStep(
                            layout,
                            plan,
                            remote,
                            new Retry(Clock.systemUTC(), Duration.ZERO),
                            Duration.ofMinutes(2),
                            new PrintStream(printed, true, StandardCharsets.UTF_8))
                    .run();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Edit write(String path, String content) {
        return work -> {
            Files.createDirectories(work.resolve(path).getParent());
            Files.writeString(work.resolve(path), content);
        };
    }

    static Edit delete(String path) {
        return work -> Files.delete(work.resolve(path));
    }
}
