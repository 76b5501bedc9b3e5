package dev.agenttask.cli.command;

import dev.agenttask.cli.command.Following.Until;
import dev.agenttask.cli.exit.ExitCode;
import dev.agenttask.cli.exit.UsageException;
import dev.agenttask.cli.kube.TaskKey;
import dev.agenttask.cli.manifest.Kind;
import dev.agenttask.cli.report.TaskOutcome;
import dev.agenttask.cli.report.TaskTable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code watch}: shows tasks and batches until all have ended. */
@Command(
        name = "watch",
        description = {
            "Shows tasks until all have ended: a table on a terminal, otherwise a line for each that has come to another"
                    + " phase, step or attempt. An API server that is away is waited for."
        })
final class WatchCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    @Mixin
    private WaitOptions waiting = new WaitOptions();

    @Parameters(
            paramLabel = "NAME",
            description = "The tasks, and atb/NAME for a batch with its tasks. Default: all tasks of the namespace.")
    private List<String> names = List.of();

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "LABELS",
            description = "Only tasks with these labels, such as team=shop.")
    private String selector = "";

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "The tasks of every namespace.")
    private boolean everywhere;

    @Option(names = "--forever", description = "Go on when all have ended, with those that come.")
    private boolean forever;

    private final Terminal terminal;

    WatchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (everywhere && !names.isEmpty()) {
            throw new UsageException("Names are those of one namespace: give either them or --all-namespaces.");
        }
        if (!selector.isEmpty() && !names.isEmpty()) {
            throw new UsageException("Give either names or --selector.");
        }
        var deadline = waiting.deadline(terminal.clock().instant());
        try (var cluster = options.connect()) {
            var resources = names.stream().map(ResourceName::parse).toList();
            var batches = named(resources, Kind.BATCH)
                    .map(name -> cluster.batch(cluster.namespace(), name))
                    .toList();
            var expected = named(resources, Kind.TASK)
                    .map(name -> new TaskKey(cluster.namespace(), name))
                    .collect(Collectors.toSet());
            var watched = names.isEmpty()
                    ? new Watched(
                            everywhere ? Set.of() : Set.of(cluster.namespace()), selector, task -> true, List.of())
                    : Watched.of(expected, batches);
            var view = ProgressView.on(terminal.out(), terminal.outScreen(), new TaskTable(everywhere));
            var following = new Following(view, terminal.clock(), expected, batches);
            try (var watch = watched.open(cluster, terminal.clock())) {
                if (following.follow(watch, forever ? Until.DEADLINE : Until.ALL_FINISHED, deadline)) {
                    following.complete(watched.latest(cluster));
                }
            }
            return forever ? ExitCode.SUCCESS : waiting.exitCode(following.outcomes(), terminal, options);
        }
    }

    private static Stream<String> named(List<ResourceName> resources, Kind kind) {
        return resources.stream().filter(r -> r.kind() == kind).map(ResourceName::name);
    }

    /** The command that goes on with these tasks and their batches, one for each namespace. */
    static String commandFor(List<TaskOutcome> outcomes, ClusterOptions options) {
        var byNamespace = outcomes.stream()
                .collect(Collectors.groupingBy(
                        TaskOutcome::namespace,
                        Collectors.mapping(WatchCommand::argument, Collectors.toCollection(LinkedHashSet::new))));
        return byNamespace.entrySet().stream()
                .map(e -> "kubectl agenttask watch " + String.join(" ", e.getValue()) + options.again(e.getKey()))
                .collect(Collectors.joining("; "));
    }

    private static String argument(TaskOutcome outcome) {
        return outcome.batch().isEmpty() ? outcome.name() : "atb/" + outcome.batch();
    }
}
