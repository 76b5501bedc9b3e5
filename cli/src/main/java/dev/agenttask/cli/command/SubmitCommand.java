package dev.agenttask.cli.command;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.cli.command.Following.Until;
import dev.agenttask.cli.exit.ExitCode;
import dev.agenttask.cli.exit.PlatformException;
import dev.agenttask.cli.exit.UsageException;
import dev.agenttask.cli.kube.Cluster;
import dev.agenttask.cli.kube.Submission;
import dev.agenttask.cli.kube.Submission.Submitted;
import dev.agenttask.cli.kube.TaskKey;
import dev.agenttask.cli.manifest.Kind;
import dev.agenttask.cli.manifest.Manifest;
import dev.agenttask.cli.manifest.Problems;
import dev.agenttask.cli.manifest.Schema;
import dev.agenttask.cli.report.BatchOutcomes;
import dev.agenttask.cli.report.JUnitReport;
import dev.agenttask.cli.report.TaskOutcome;
import dev.agenttask.cli.report.TaskTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code submit}: creates tasks and batches, and waits for them if asked to. */
@Command(
        name = "submit",
        description = {
            "Creates AgentTasks and AgentTaskBatches from manifests, or one AgentTaskBatch from a template and its items."
                    + " Nothing is created unless the API server would take all of it. What is there already, with the same"
                    + " spec, is left as it is."
        })
final class SubmitCommand implements Callable<Integer> {

    /** Who checks the tasks when none is to be created. */
    enum DryRun {
        CLIENT,
        SERVER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    @Mixin
    private SourceOptions sources = new SourceOptions();

    @Mixin
    private WaitOptions waiting = new WaitOptions();

    @Option(
            names = "--dry-run",
            paramLabel = "WHO",
            arity = "0..1",
            fallbackValue = "client",
            description = "Create nothing. client: check against the schema that this program knows, without a cluster."
                    + " server: have the API server check. Without a value: client.")
    private Optional<DryRun> dryRun = Optional.empty();

    @Option(names = "--wait", description = "Wait until all have ended.")
    private boolean wait;

    @Option(names = "--junit", paramLabel = "FILE", description = "With --wait: write the outcomes there as JUnit XML.")
    private Optional<Path> junit = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description =
                    "Print what was submitted: json, yaml, table or name. With --wait: the tasks, as they are in the end.")
    private Optional<Output> output = Optional.empty();

    @Option(names = "--new", description = "Create it all even if the same is there: each gets a name of its own.")
    private boolean anew;

    @Option(
            names = "--cancel-on-interrupt",
            description =
                    "With --wait: cancel the tasks when this program is ended by Ctrl-C or a signal. Otherwise they go on.")
    private boolean cancelOnInterrupt;

    private final Terminal terminal;

    SubmitCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        checkOptions();
        var startedAt = terminal.clock().instant();
        var deadline = waiting.deadline(startedAt);
        var manifests = sources.read(terminal.in(), anew);
        if (dryRun.filter(DryRun.CLIENT::equals).isPresent()) {
            return check(manifests);
        }
        try (var cluster = options.connect()) {
            var placed = inNamespaces(manifests, cluster.namespace());
            var submission = new Submission(cluster);
            var submitted = dryRun.isPresent() ? submission.check(placed) : submission.submit(placed);
            if (!wait) {
                print(submitted);
                return ExitCode.SUCCESS;
            }
            submitted.forEach(one -> terminal.note(Output.line(one)));
            return await(cluster, submitted, startedAt, deadline);
        }
    }

    private void checkOptions() {
        if (!wait && (waiting.given() || junit.isPresent() || cancelOnInterrupt)) {
            throw new UsageException(
                    "--timeout, --fail-on, --junit and --cancel-on-interrupt have a meaning with --wait only.");
        }
        if (wait && dryRun.isPresent()) {
            throw new UsageException("--dry-run creates nothing that --wait could wait for: give one of them.");
        }
    }

    private int check(List<Manifest> manifests) {
        var mistakes = Schema.mistakes(manifests);
        if (!mistakes.isEmpty()) {
            throw new UsageException(Problems.shown(mistakes));
        }
        if (output.filter(form -> form == Output.JSON || form == Output.YAML).isPresent()) {
            output.get()
                    .printTrees(
                            terminal.out(),
                            manifests.stream().map(Manifest::tree).toList());
        } else {
            var end = output.isPresent() ? "" : " created (client dry run)";
            manifests.forEach(manifest -> terminal.out().println(manifest.kind().named(manifest.name()) + end));
            terminal.out().flush();
        }
        return ExitCode.SUCCESS;
    }

    private List<Manifest> inNamespaces(List<Manifest> manifests, String namespace) {
        var placed = new ArrayList<Manifest>();
        for (var manifest : manifests) {
            var own = manifest.namespace();
            if (!own.isEmpty()
                    && options.namespace().filter(given -> !given.equals(own)).isPresent()) {
                throw new UsageException(manifest.source() + ": metadata.namespace is " + own + ", and --namespace is "
                        + namespace + ": remove one of them.");
            }
            placed.add(own.isEmpty() ? manifest.in(namespace) : manifest);
        }
        return placed;
    }

    private void print(List<Submitted> submitted) {
        output.ifPresentOrElse(
                form -> form.printSubmitted(
                        terminal.out(), submitted, terminal.clock().instant()),
                () -> {
                    submitted.forEach(one -> terminal.out().println(Output.line(one)));
                    terminal.out().flush();
                });
    }

    private int await(Cluster cluster, List<Submitted> submitted, Instant startedAt, Instant deadline)
            throws InterruptedException {
        var tasks = Submitted.tasks(submitted);
        var batches = Submitted.batches(submitted);
        var keys = tasks.stream().map(TaskKey::of).collect(Collectors.toSet());
        var watched = Watched.of(keys, batches);
        var view = ProgressView.on(
                terminal.err(),
                terminal.errScreen(),
                new TaskTable(watched.namespaces().size() > 1));
        var following = new Following(view, terminal.clock(), keys, batches);
        try (var watch = watched.open(cluster, terminal.clock());
                var _ = OnInterrupt.run(() -> interrupted(cluster, tasks, batches))) {
            if (following.follow(watch, Until.ALL_FINISHED, deadline)) {
                following.complete(watched.latest(cluster));
            }
        } finally {
            junit.ifPresent(file -> write(file, outcomes(following, tasks), startedAt));
        }
        output.ifPresent(form ->
                form.print(terminal.out(), following.tasks(), terminal.clock().instant()));
        terminal.note(TaskTable.counts(following.tasks()));
        return waiting.exitCode(outcomes(following, tasks), terminal, options);
    }

    /** How the tasks stand; those that were never seen, because the API server was away, as they were created. */
    private static List<TaskOutcome> outcomes(Following following, List<AgentTask> tasks) {
        var outcomes = new ArrayList<>(following.outcomes());
        var seen =
                outcomes.stream().map(o -> new TaskKey(o.namespace(), o.name())).collect(Collectors.toSet());
        tasks.stream()
                .filter(task -> !seen.contains(TaskKey.of(task)))
                .map(TaskOutcome::of)
                .forEach(outcomes::add);
        return outcomes;
    }

    private void write(Path file, List<TaskOutcome> outcomes, Instant startedAt) {
        try {
            var directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.writeString(file, new JUnitReport(waiting.failOn()).of(outcomes, startedAt));
        } catch (IOException e) {
            throw new PlatformException("--junit: " + file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private void interrupted(Cluster cluster, List<AgentTask> tasks, List<AgentTaskBatch> batches) {
        if (!cancelOnInterrupt) {
            var arguments = Stream.concat(
                    batches.stream().flatMap(batch -> BatchOutcomes.of(batch, Map.of()).stream()),
                    tasks.stream().map(TaskOutcome::of));
            terminal.note(
                    "The tasks go on. To go on watching: " + WatchCommand.commandFor(arguments.toList(), options));
            return;
        }
        for (var batch : batches) {
            var key = TaskKey.of(batch);
            cancel(Kind.BATCH, key, () -> cluster.cancelBatch(key.namespace(), key.name()));
        }
        for (var task : tasks) {
            var key = TaskKey.of(task);
            cancel(Kind.TASK, key, () -> cluster.cancel(key.namespace(), key.name()));
        }
    }

    private void cancel(Kind kind, TaskKey key, Runnable request) {
        try {
            request.run();
            terminal.note(kind.named(key.name()) + " cancelled");
        } catch (UsageException | PlatformException e) {
            terminal.note("error: " + key + " is not cancelled: " + e.getMessage());
        }
    }
}
