package dev.agenttask.cli.command;

import dev.agenttask.cli.exit.ExitCode;
import dev.agenttask.cli.exit.UsageException;
import dev.agenttask.cli.kube.Cluster;
import dev.agenttask.cli.kube.Submission;
import dev.agenttask.cli.manifest.TaskNames;
import dev.agenttask.cli.report.TaskOutcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code retry}: the same task once more, as a new one. */
@Command(
        name = "retry",
        description = {
            "Creates a new task with the spec of one that has ended, and the label agenttask.dev/retry-of. The old one stays as"
                    + " it is."
        })
final class RetryCommand implements Callable<Integer> {

    private static final String SUFFIX = "-retry-?[0-9]*$";

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    @Parameters(paramLabel = "NAME", description = "The task that has ended.")
    private String name = "";

    @Option(
            names = "--new-name",
            paramLabel = "NAME",
            description = "The name of the new task. Default: the old one, with -retry-2, -retry-3 and so on.")
    private Optional<String> newName = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "Print the new task: json, yaml, table or name.")
    private Optional<Output> output = Optional.empty();

    private final Terminal terminal;

    RetryCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        name = ResourceName.ofTask(name);
        try (var cluster = options.connect()) {
            var namespace = cluster.namespace();
            if (!TaskOutcome.of(cluster.task(namespace, name)).finished()) {
                throw new UsageException(
                        "AgentTask " + name + " has not ended. Cancel it first: kubectl agenttask cancel " + name
                                + options.again(namespace));
            }
            var chosen = newName.orElseGet(() -> freeName(cluster));
            if (cluster.find(namespace, chosen).isPresent()) {
                throw new UsageException(
                        "--new-name: there is an AgentTask " + chosen + " already. Choose another name.");
            }
            var submission = new Submission(cluster);
            var created = submission.submit(List.of(submission.retryOf(namespace, name, chosen)));
            output.ifPresentOrElse(
                    form -> form.printSubmitted(
                            terminal.out(), created, terminal.clock().instant()),
                    () -> created.forEach(one -> terminal.out().println(Output.line(one))));
            terminal.out().flush();
            return ExitCode.SUCCESS;
        }
    }

    private String freeName(Cluster cluster) {
        var number = 2;
        while (cluster.find(cluster.namespace(), numbered(number)).isPresent()) {
            number++;
        }
        return numbered(number);
    }

    private String numbered(int number) {
        return TaskNames.joined(name.replaceFirst(SUFFIX, ""), "retry-" + number);
    }
}
