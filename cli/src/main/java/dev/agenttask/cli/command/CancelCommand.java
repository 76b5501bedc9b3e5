package dev.agenttask.cli.command;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.cli.exit.ExitCode;
import dev.agenttask.cli.exit.UsageException;
import dev.agenttask.cli.kube.Cluster;
import dev.agenttask.cli.manifest.Kind;
import dev.agenttask.cli.report.BatchOutcomes;
import dev.agenttask.cli.report.TaskOutcome;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cancel}: ends tasks and batches for good. */
@Command(
        name = "cancel",
        description = {
            "Ends tasks and batches for good. What runs is stopped and its unfinished work kept; explain tells where. What has"
                    + " ended is left as it is."
        })
final class CancelCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    @Parameters(paramLabel = "NAME", description = "The tasks, and atb/NAME for a batch with its tasks.")
    private List<String> names = List.of();

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "LABELS",
            description = "All tasks of the namespace with these labels, such as team=shop.")
    private String selector = "";

    private final Terminal terminal;

    CancelCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (names.isEmpty() == selector.isEmpty()) {
            throw new UsageException("Give either the names of the tasks or --selector.");
        }
        try (var cluster = options.connect()) {
            if (selector.isEmpty()) {
                // Every name is looked up before the first of them is ended.
                names.stream()
                        .map(ResourceName::parse)
                        .map(resource -> ending(cluster, resource))
                        .toList()
                        .forEach(Runnable::run);
            } else {
                cancelSelected(cluster);
            }
            return ExitCode.SUCCESS;
        }
    }

    private Runnable ending(Cluster cluster, ResourceName resource) {
        return switch (resource.kind()) {
            case TASK -> {
                var task = cluster.task(cluster.namespace(), resource.name());
                yield () -> cancel(cluster, task);
            }
            case BATCH -> {
                var batch = cluster.batch(cluster.namespace(), resource.name());
                yield () -> cancel(cluster, batch);
            }
        };
    }

    private void cancelSelected(Cluster cluster) {
        var tasks = cluster.list(cluster.namespace(), selector);
        if (tasks.isEmpty()) {
            terminal.note("No task in namespace " + cluster.namespace() + " has the labels " + selector + ".");
        }
        tasks.forEach(task -> cancel(cluster, task));
    }

    private void cancel(Cluster cluster, AgentTaskBatch batch) {
        var name = batch.getMetadata().getName();
        if (BatchOutcomes.finished(batch)) {
            say(Kind.BATCH.named(name) + " unchanged: it has ended already");
        } else {
            cluster.cancelBatch(cluster.namespace(), name);
            say(Kind.BATCH.named(name) + " cancelled");
        }
    }

    private void cancel(Cluster cluster, AgentTask task) {
        var name = task.getMetadata().getName();
        var kind = TaskOutcome.of(task).kind();
        if (kind == TaskOutcome.Kind.UNFINISHED) {
            cluster.cancel(cluster.namespace(), name);
            say(Kind.TASK.named(name) + " cancelled");
        } else {
            say(Kind.TASK.named(name) + " unchanged: it has " + kind.name().toLowerCase(Locale.ROOT) + " already");
        }
    }

    private void say(String line) {
        terminal.out().println(line);
        terminal.out().flush();
    }
}
