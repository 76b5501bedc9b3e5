package dev.agenttask.cli.command;

import dev.agenttask.api.Durations;
import dev.agenttask.cli.exit.ExitCode;
import dev.agenttask.cli.exit.UsageException;
import dev.agenttask.cli.kube.TaskKey;
import dev.agenttask.cli.report.FailOn;
import dev.agenttask.cli.report.TaskOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** How long tasks are waited for, and what their ends mean for the exit code. */
final class WaitOptions {

    private static final Duration FOR_EVER = Duration.ofDays(36500);

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description =
                    "How long to wait at most, such as 90s, 10m or 1h30m. Default: as long as it takes. The tasks go on"
                            + " when the time is over, and the exit code is 3.")
    private Optional<String> timeout = Optional.empty();

    @Option(
            names = "--fail-on",
            paramLabel = "WHAT",
            defaultValue = "failed",
            description =
                    "What makes the exit code 1. failed: a task that failed, was cancelled or deleted, or that its batch never"
                            + " started. unverified:"
                            + " also one that succeeded without checks that prove it. never: nothing. Default: ${DEFAULT-VALUE}")
    private FailOn failOn = FailOn.FAILED;

    FailOn failOn() {
        return failOn;
    }

    boolean given() {
        return timeout.isPresent() || failOn != FailOn.FAILED;
    }

    Instant deadline(Instant now) {
        return now.plus(timeout.map(WaitOptions::duration).orElse(FOR_EVER));
    }

    private static Duration duration(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--timeout: " + e.getMessage(), e);
        }
    }

    /** What the tasks' ends mean, and which tasks it is about, said to the user. */
    int exitCode(List<TaskOutcome> outcomes, Terminal terminal, ClusterOptions options) {
        var failed = outcomes.stream()
                .filter(outcome -> outcome.finished() && failOn.counts(outcome))
                .toList();
        for (var outcome : failed) {
            if (outcome.kind() == TaskOutcome.Kind.NOT_STARTED) {
                continue;
            }
            var unverified = outcome.kind() == TaskOutcome.Kind.SUCCEEDED;
            terminal.note(outcome.name() + " " + (unverified ? "is unverified" : "did not succeed") + ": "
                    + outcome.reason() + ": " + outcome.message());
            terminal.note("    kubectl agenttask explain " + outcome.name() + options.again(outcome.namespace()));
        }
        sayNotStarted(failed, terminal, options);
        if (outcomes.stream().anyMatch(outcome -> !outcome.finished())) {
            var unfinished = outcomes.stream().filter(o -> !o.finished()).toList();
            terminal.note("error: the time of --timeout is over, and " + unfinished.size() + " of " + outcomes.size()
                    + " tasks have not ended. They go on: " + WatchCommand.commandFor(unfinished, options));
            return ExitCode.PLATFORM_FAILED;
        }
        return failed.isEmpty() ? ExitCode.SUCCESS : ExitCode.TASKS_FAILED;
    }

    /** A line for each batch, as there may be many of its items. */
    private static void sayNotStarted(List<TaskOutcome> failed, Terminal terminal, ClusterOptions options) {
        failed.stream()
                .filter(outcome -> outcome.kind() == TaskOutcome.Kind.NOT_STARTED)
                .collect(Collectors.groupingBy(
                        o -> new TaskKey(o.namespace(), o.batch()), TreeMap::new, Collectors.toList()))
                .forEach((batch, items) -> {
                    terminal.note(items.size() + " of batch " + batch.name() + " were not started: "
                            + items.getFirst().reason() + ": "
                            + items.getFirst().message());
                    terminal.note(
                            "    kubectl agenttask explain atb/" + batch.name() + options.again(batch.namespace()));
                });
    }
}
