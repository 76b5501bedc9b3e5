package dev.agenttask.worker.verify;

import dev.agenttask.api.Durations;
import dev.agenttask.api.VerificationResult.CommandResult;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.worker.sandbox.Command;
import dev.agenttask.worker.sandbox.CommandEnd;
import dev.agenttask.worker.sandbox.Commands;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs the setup steps and the checks of a plan, one after the other. */
public final class CleanRoom {

    private final AttemptPlan plan;
    private final Commands commands;
    private final Path checkout;

    /** Runs what {@code plan} says, with {@code checkout} as the working directory. */
    public CleanRoom(AttemptPlan plan, Commands commands, Path checkout) {
        this.plan = plan;
        this.commands = commands;
        this.checkout = checkout;
    }

    /**
     * Runs all checks, also after one has failed, but none after a failed setup step.
     *
     * @param commit that is checked out
     * @throws IOException if the channel is broken
     */
    public Findings run(String commit) throws IOException {
        var results = new ArrayList<CommandResult>();
        var failures = new ArrayList<Failure>();
        for (var i = 0; i < plan.setup().size(); i++) {
            var step = plan.setup().get(i);
            var end = run(step.name(), PodLayout.setupScript(i), Durations.parse(step.timeout()));
            if (isOver(end)) {
                return Findings.incomplete(commit, results);
            }
            add(step.name(), end, results, failures);
            if (!end.succeeded()) {
                return Findings.of(commit, results, failures);
            }
        }
        for (var i = 0; i < plan.checks().size(); i++) {
            var check = plan.checks().get(i);
            var end = run(check.name(), PodLayout.checkScript(i), Durations.parse(check.timeout()));
            if (isOver(end)) {
                return Findings.incomplete(commit, results);
            }
            add(check.name(), end, results, failures);
        }
        return Findings.of(commit, results, failures);
    }

    /** One command that did not say that the result is good. */
    record Failure(String name, CommandEnd end, String lastOutput) {}

    private CommandEnd run(String name, String script, Duration timeout) throws IOException {
        return commands.run(new Command(PodLayout.VERIFY, name, script, checkout, started -> started.plus(timeout)));
    }

    private static boolean isOver(CommandEnd end) {
        return switch (end.how()) {
            case TERMINATED, SELF_TERMINATED, LOST -> true;
            case EXITED, TIMED_OUT, STALLED, TOO_LARGE -> false;
        };
    }

    private void add(String name, CommandEnd end, List<CommandResult> results, List<Failure> failures) {
        var exited = end.how() == CommandEnd.How.EXITED;
        results.add(new CommandResult(
                name, exited ? end.exitCode() : null, end.millis(), end.how() == CommandEnd.How.TIMED_OUT));
        if (!end.succeeded()) {
            failures.add(new Failure(name, end, commands.lastOutput()));
        }
    }
}
