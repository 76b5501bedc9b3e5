package dev.agenttask.worker.run;

import dev.agenttask.api.Attempt;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.api.event.EventData;
import dev.agenttask.worker.agent.AgentStream;
import dev.agenttask.worker.git.Remote;
import dev.agenttask.worker.pod.CloneRecord;
import dev.agenttask.worker.pod.DeliveryRecord;
import dev.agenttask.worker.pod.JsonFile;
import dev.agenttask.worker.pod.Layout;
import dev.agenttask.worker.report.Reporter;
import dev.agenttask.worker.report.Transcript;
import dev.agenttask.worker.sandbox.Mailbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** The worker's way through one attempt, from the clone's end to the pod's. */
public final class AttemptRun {

    /** A container that was told to end is gone by then, and the kubelet has told us. */
    private static final Duration UNTIL_TERMINATED = Duration.ofSeconds(20);

    private static final Duration LOOK_FOR_DELIVERY = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Layout layout;
    private final AttemptPlan plan;
    private final CloneRecord cloned;
    private final Reporter reporter;
    private final Mailbox mailbox;
    private final Clock clock;
    private final Room.Parts parts;
    private final Work work;
    private final Salvage salvage;
    private final Checkpoints checkpoints;

    /**
     * The worker of one pod.
     *
     * @param layout where things are
     * @param plan what to do
     * @param remote where work is salvaged to
     * @param reporter takes the events
     * @param transcript takes what commands print
     * @param agent takes what the agent prints
     * @param mailbox brings {@link dev.agenttask.worker.sandbox.Signal.Terminate}
     * @param journal what a worker before this one has done
     * @param clock for times and limits
     * @throws IOException if the vault cannot be used
     */
    public AttemptRun(
            Layout layout,
            AttemptPlan plan,
            Remote remote,
            Reporter reporter,
            Transcript transcript,
            AgentStream agent,
            Mailbox mailbox,
            Journal journal,
            Clock clock)
            throws IOException {
        this.layout = layout;
        this.plan = plan;
        this.reporter = reporter;
        this.mailbox = mailbox;
        this.clock = clock;
        this.cloned = new JsonFile<>(layout.cloneRecord(), CloneRecord.class).readExisting();
        this.parts = new Room.Parts(mailbox, journal, reporter, transcript, agent, clock);
        this.work = new Work(layout, plan, cloned.base(), journal, reporter, clock);
        this.checkpoints = new Checkpoints(layout, plan, cloned.base(), remote, reporter, clock, mailbox::terminated);
        this.salvage = new Salvage(layout, plan, work, remote, clock);
    }

    /**
     * Goes all the way and reports the result.
     *
     * @return what to say in the termination message
     * @throws IOException if the vault or a channel cannot be used any more
     */
    public StepReport run() throws IOException {
        reportClone();
        var report = attempt();
        reporter.report(result(report));
        return parts.agent().used().map(outcome(report)::withUsage).orElse(outcome(report));
    }

    /** What went well is the delivery's to tell. */
    private static StepReport outcome(StepReport report) {
        if (!report.ok()) {
            return report;
        }
        return report.logKept() ? StepReport.NONE.withLogKept() : StepReport.NONE;
    }

    /** Waits until the kubelet asks for the end, which it does when the pod's other containers are done. */
    public void awaitEnd() {
        while (!mailbox.terminated()) {
            mailbox.poll(LONG);
        }
    }

    private StepReport attempt() throws IOException {
        return switch (sandbox()) {
            case SandboxPhase.End.Done(var lastWords) -> afterAgent(lastWords);
            case SandboxPhase.End.Failed(var failure, var agentBegan) -> {
                // By then every process of the sandbox is gone, on the kubelet's word.
                awaitTermination();
                yield agentBegan ? salvage.run(failure) : failure;
            }
            case SandboxPhase.End.Interrupted() -> {
                awaitTermination();
                yield salvage.run(interrupted("while the agent ran"));
            }
        };
    }

    private SandboxPhase.End sandbox() throws IOException {
        try (var room = open(PodLayout.AGENT);
                var watch =
                        WorkspaceWatch.start(layout.workspace(), plan.limits().workspaceBytes(), mailbox)) {
            var deadline = cloned.startedAt().plus(plan.limits().deadlineDuration());
            return new SandboxPhase(
                            plan,
                            room,
                            layout.workspace(),
                            watch,
                            checkpoints,
                            parts.agent(),
                            deadline,
                            reporter,
                            clock)
                    .run();
        }
    }

    private StepReport afterAgent(String lastWords) throws IOException {
        try (var room = open(PodLayout.VERIFY)) {
            var verdict = new VerifyPhase(layout, plan, cloned.base(), work, room, reporter, clock).run(lastWords);
            if (verdict.isEmpty()) {
                return salvage.run(interrupted("before the result was verified"));
            }
            if (room.hasTerminatedItself()) {
                awaitTermination();
                return salvage.run(verdict.get().report());
            }
        }
        reporter.report(new EventData.StepStarted(PodLayout.DELIVER, ""));
        var delivery = awaitDelivery();
        if (delivery.isEmpty()) {
            return salvage.run(interrupted("before the result was delivered"));
        }
        var report = delivery.get().report();
        reporter.report(new EventData.StepFinished(
                PodLayout.DELIVER,
                "",
                report.ok(),
                null,
                Duration.between(delivery.get().startedAt(), delivery.get().finishedAt())
                        .toMillis(),
                report.message()));
        return report;
    }

    private Optional<DeliveryRecord> awaitDelivery() throws IOException {
        var file = new JsonFile<>(layout.delivery(), DeliveryRecord.class);
        while (!mailbox.terminated()) {
            var record = file.read();
            if (record.isPresent()) {
                return record;
            }
            mailbox.poll(LOOK_FOR_DELIVERY);
        }
        return file.read();
    }

    private Room open(String container) throws IOException {
        return Room.open(container, layout.channel(container), busybox(), parts);
    }

    private Path busybox() {
        return layout.supervisorOfImage().resolve("busybox");
    }

    private void awaitTermination() {
        var until = clock.instant().plus(UNTIL_TERMINATED);
        while (!mailbox.terminated() && clock.instant().isBefore(until)) {
            mailbox.poll(Duration.between(clock.instant(), until));
        }
    }

    private StepReport interrupted(String when) {
        return StepReport.failure(FailureClass.INFRASTRUCTURE, "Interrupted", "The pod was stopped " + when + ".");
    }

    private void reportClone() {
        if (parts.journal().starts() > 1) {
            return;
        }
        reporter.report(new EventData.StepStarted(PodLayout.CLONE, ""), cloned.startedAt());
        var took = Duration.between(cloned.startedAt(), cloned.finishedAt());
        var note = cloned.note().isEmpty() ? "" : ". " + cloned.note();
        var message = cloned.base().ref() + " at " + cloned.base().commit() + note;
        reporter.report(
                new EventData.StepFinished(PodLayout.CLONE, "", true, null, took.toMillis(), message),
                cloned.finishedAt());
    }

    private EventData result(StepReport report) {
        return new EventData.Finished(
                report.ok() ? Attempt.Outcome.SUCCEEDED : Attempt.Outcome.FAILED,
                report.failureClass(),
                report.reason(),
                report.message(),
                report.branch(),
                report.commit(),
                report.wipRef());
    }
}
