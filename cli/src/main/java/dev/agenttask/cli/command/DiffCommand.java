package dev.agenttask.cli.command;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Attempt;
import dev.agenttask.cli.exit.ExitCode;
import dev.agenttask.cli.exit.UsageException;
import dev.agenttask.cli.git.FetchedRepository;
import dev.agenttask.cli.report.TaskOutcome;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code diff}: what a task changed. */
@Command(
        name = "diff",
        description = {
            "Prints what a task changed against the commit that it started from: what it delivered or, if it delivered nothing,"
                    + " what was kept of its unfinished work."
        })
final class DiffCommand implements Callable<Integer> {

    /** All of the history, for a change of which the commits in between are not known to be few. */
    private static final int WHOLE_HISTORY = Integer.MAX_VALUE;
    /** A delivered commit stands on its base. */
    private static final int COMMIT_AND_BASE = 2;

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    @Parameters(paramLabel = "NAME", description = "The task.")
    private String name = "";

    @Option(
            names = "--wip",
            description = "What was kept of the latest attempt's work, also if something was delivered.")
    private boolean wip;

    @Option(names = "--stat", description = "Only the files, and how many lines of each.")
    private boolean stat;

    private final Terminal terminal;

    DiffCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        name = ResourceName.ofTask(name);
        try (var cluster = options.connect()) {
            var task = cluster.task(cluster.namespace(), name);
            var ref = ref(task);
            var base = TaskOutcome.status(task).base();
            if (base == null || base.commit().isEmpty()) {
                throw new UsageException(
                        "AgentTask " + name + " has not cloned its repository: there is nothing to compare.");
            }
            try (var repository = Repositories.of(cluster, task)) {
                terminal.note("From " + task.getSpec().repository().url() + ", " + ref + ":");
                var head = repository.fetch(ref, COMMIT_AND_BASE);
                if (!repository.has(base.commit())) {
                    head = repository.fetch(ref, WHOLE_HISTORY);
                }
                print(repository, base.commit(), head);
            }
            return ExitCode.SUCCESS;
        }
    }

    private String ref(AgentTask task) {
        var result = TaskOutcome.status(task).result();
        if (!wip && result != null && !result.link().isEmpty()) {
            return result.branch().isEmpty() ? result.link() : "refs/heads/" + result.branch();
        }
        return TaskOutcome.status(task).attempts().reversed().stream()
                .map(Attempt::wipRef)
                .filter(ref -> !ref.isEmpty())
                .findFirst()
                .orElseThrow(() ->
                        new UsageException("AgentTask " + name + " has delivered nothing, and nothing is kept of its"
                                + " work. See: kubectl agenttask explain " + name
                                + options.again(task.getMetadata().getNamespace())));
    }

    private void print(FetchedRepository repository, String base, String head) {
        if (stat) {
            var files = repository.changedFiles(base, head);
            files.forEach(file -> terminal.out()
                    .println(file.path() + " | " + file.change() + " +" + file.insertions() + " -" + file.deletions()));
            terminal.out().println(files.size() + (files.size() == 1 ? " file changed" : " files changed"));
        } else {
            var text = new ByteArrayOutputStream();
            repository.diff(base, head, text);
            terminal.out().print(text.toString(StandardCharsets.UTF_8));
        }
        terminal.out().flush();
    }
}
