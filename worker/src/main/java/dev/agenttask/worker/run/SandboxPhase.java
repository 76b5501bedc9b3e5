package dev.agenttask.worker.run;

import dev.agenttask.api.Durations;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.api.event.EventData;
import dev.agenttask.worker.agent.AgentStream;
import dev.agenttask.worker.report.Reporter;
import dev.agenttask.worker.sandbox.Command;
import dev.agenttask.worker.sandbox.CommandEnd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The setup steps and the agent, within the attempt's deadline. */
final class SandboxPhase {

    private static final String SETUP = "setup";

    private final AttemptPlan plan;
    private final Room room;
    private final Path workspace;
    private final WorkspaceWatch watch;
    private final Checkpoints checkpoints;
    private final AgentStream agent;
    private final Instant deadline;
    private final Reporter reporter;
    private final InstantSource clock;

    SandboxPhase(
            AttemptPlan plan,
            Room room,
            Path workspace,
            WorkspaceWatch watch,
            Checkpoints checkpoints,
            AgentStream agent,
            Instant deadline,
            Reporter reporter,
            InstantSource clock) {
        this.plan = plan;
        this.room = room;
        this.workspace = workspace;
        this.watch = watch;
        this.checkpoints = checkpoints;
        this.agent = agent;
        this.deadline = deadline;
        this.reporter = reporter;
        this.clock = clock;
    }

    /** How it ended. */
    sealed interface End {

        /** The agent exited with code 0. */
        record Done(String lastWords) implements End {}

        /** Something failed; there may be work to salvage if the agent had begun. */
        record Failed(StepReport report, boolean agentBegan) implements End {}

        /** The pod ends. */
        record Interrupted() implements End {}
    }

    /**
     * Runs all of it and has the container end.
     *
     * @throws IOException if the channel is broken
     */
    End run() throws IOException {
        if (!room.awaitReady()) {
            return new End.Interrupted();
        }
        var end = setupAndAgent();
        switch (end) {
            case End.Done done -> room.exit(PodLayout.EXIT_DONE);
            case End.Failed failed -> room.exit(exitCode(failed));
            case End.Interrupted interrupted -> room.exit(PodLayout.EXIT_STOPPED);
        }
        return end;
    }

    private End setupAndAgent() throws IOException {
        if (!plan.setup().isEmpty()) {
            var startedAt = clock.instant();
            reporter.report(new EventData.StepStarted(SETUP, ""));
            var failed = setup();
            reporter.report(new EventData.StepFinished(
                    SETUP,
                    "",
                    failed instanceof End.Done,
                    null,
                    Duration.between(startedAt, clock.instant()).toMillis(),
                    ""));
            if (!(failed instanceof End.Done)) {
                return failed;
            }
        }
        return agent();
    }

    private End setup() throws IOException {
        for (var i = 0; i < plan.setup().size(); i++) {
            var step = plan.setup().get(i);
            var timeout = Durations.parse(step.timeout());
            var end = room.run(new Command(
                    SETUP,
                    step.name(),
                    PodLayout.setupScript(i),
                    workspace,
                    started -> earlier(started.plus(timeout), deadline)));
            if (end.how() == CommandEnd.How.TERMINATED) {
                return new End.Interrupted();
            }
            if (end.how() == CommandEnd.How.TIMED_OUT && !clock.instant().isBefore(deadline)) {
                return failed(end, "", false);
            }
            if (!end.succeeded()) {
                var message = "Setup step '" + step.name() + "' " + end.describe() + "." + lastOutput();
                return failed(end, message, false);
            }
        }
        return new End.Done("");
    }

    private End agent() throws IOException {
        var end = runAgent();
        if (end.how() == CommandEnd.How.TERMINATED) {
            return new End.Interrupted();
        }
        if (end.succeeded()) {
            return new End.Done(lastWords());
        }
        return failed(end, "The agent " + end.describe() + "." + lastOutput(), true);
    }

    private CommandEnd runAgent() throws IOException {
        try (var _ = room.watchForStall(watch, plan.limits().stallDuration());
                var _ = checkpoints.start(watch);
                var _ = agent.follow()) {
            return room.run(new Command(PodLayout.AGENT, "", PodLayout.AGENT_SCRIPT, workspace, started -> deadline));
        }
    }

    private End failed(CommandEnd end, String message, boolean agentBegan) {
        var report =
                switch (end.how()) {
                    case LOST -> lost();
                    case TOO_LARGE ->
                        StepReport.failure(
                                FailureClass.AGENT,
                                "WorkspaceTooLarge",
                                "The workspace grew beyond limits.workspaceSize ("
                                        + plan.limits().workspaceSize()
                                        + "); each file counts as whole blocks of 4 KiB.");
                    case STALLED -> stalled();
                    case SELF_TERMINATED -> StepReport.failure(FailureClass.AGENT, "SandboxEnded", message);
                    case TIMED_OUT -> agentBegan || message.isEmpty() ? deadlineExceeded() : setupFailed(message);
                    case EXITED, TERMINATED ->
                        agentBegan
                                ? StepReport.failure(FailureClass.AGENT, "AgentFailed", message)
                                : setupFailed(message);
                };
        return new End.Failed(report, agentBegan);
    }

    private StepReport deadlineExceeded() {
        return StepReport.failure(
                FailureClass.AGENT,
                "DeadlineExceeded",
                "The attempt was stopped at its deadline of " + plan.limits().deadline() + "." + lastOutput());
    }

    /** Who is not stopped in time at the deadline, as under a fork bomb, has still failed at the deadline. */
    private StepReport lost() {
        return clock.instant().isBefore(deadline)
                ? StepReport.failure(
                        FailureClass.INFRASTRUCTURE, "SandboxLost", "The sandbox does not answer any more.")
                : deadlineExceeded();
    }

    private StepReport stalled() {
        return StepReport.failure(
                FailureClass.AGENT,
                "Stalled",
                "The agent was stopped: for limits.stall (" + plan.limits().stall()
                        + ") it printed nothing, changed no file of the workspace and used next to no CPU."
                        + lastOutput());
    }

    private static StepReport setupFailed(String message) {
        return StepReport.failure(FailureClass.AGENT, "SetupFailed", message);
    }

    private String lastOutput() {
        return lastWords().isEmpty() ? "" : " Last output: " + lastWords();
    }

    /** Words, where the agent's output has words in it; else the output. */
    private String lastWords() {
        return agent.lastWords().isEmpty() ? room.lastOutput() : agent.lastWords();
    }

    private static int exitCode(End.Failed failed) {
        return switch (failed.report().reason()) {
            case "AgentFailed" -> PodLayout.EXIT_AGENT_FAILED;
            case "SetupFailed" -> PodLayout.EXIT_SETUP_FAILED;
            case "SandboxLost" -> PodLayout.EXIT_SUPERVISOR_FAILED;
            default -> PodLayout.EXIT_STOPPED;
        };
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
