package dev.agenttask.cli.command;

import dev.agenttask.cli.exit.ExitCode;
import dev.agenttask.cli.kube.FactFinder;
import dev.agenttask.cli.report.BatchExplanation;
import dev.agenttask.cli.report.Explanation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code explain}: why a task or batch is where it is. */
@Command(
        name = "explain",
        description =
                "Says why a task or batch is where it is and what to do, from its status, its events, its pod and the queue.")
final class ExplainCommand implements Callable<Integer> {

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    @Parameters(paramLabel = "NAME", description = "The task, or atb/NAME for a batch.")
    private String name = "";

    private final Terminal terminal;

    ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var resource = ResourceName.parse(name);
        try (var cluster = options.connect()) {
            var namespace = cluster.namespace();
            var again = options.again(namespace);
            var finder = new FactFinder(cluster);
            var now = terminal.clock().instant();
            var lines =
                    switch (resource.kind()) {
                        case TASK -> Explanation.of(finder.of(cluster.task(namespace, resource.name()), again), now);
                        case BATCH ->
                            BatchExplanation.of(finder.of(cluster.batch(namespace, resource.name()), again), now);
                    };
            lines.forEach(terminal.out()::println);
            terminal.out().flush();
            return ExitCode.SUCCESS;
        }
    }
}
