package dev.agenttask.worker;

import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.worker.agent.AgentStream;
import dev.agenttask.worker.git.LogKeeper;
import dev.agenttask.worker.git.Remote;
import dev.agenttask.worker.pod.JsonFile;
import dev.agenttask.worker.pod.Layout;
import dev.agenttask.worker.pod.UsageRecord;
import dev.agenttask.worker.report.AttemptEvents;
import dev.agenttask.worker.report.LogFiles;
import dev.agenttask.worker.report.ProducerSettings;
import dev.agenttask.worker.report.Redactor;
import dev.agenttask.worker.report.TerminationMessage;
import dev.agenttask.worker.run.AttemptRun;
import dev.agenttask.worker.run.Grace;
import dev.agenttask.worker.run.Journal;
import dev.agenttask.worker.sandbox.Mailbox;
import dev.agenttask.worker.sandbox.Signal;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The process of the {@code worker} container: puts the attempt together and turns SIGTERM into a signal to it. */
final class Sidecar {

    private final Layout layout;
    private final AttemptPlan plan;
    private final Remote remote;
    private final Redactor redactor;
    private final Clock clock;
    private final Grace grace;

    Sidecar(Layout layout, AttemptPlan plan, Remote remote, Redactor redactor, Clock clock) {
        this.layout = layout;
        this.plan = plan;
        this.remote = remote;
        this.redactor = redactor;
        this.clock = clock;
        this.grace = new Grace(plan.grace());
    }

    void run() throws IOException {
        var mailbox = new Mailbox();
        var finished = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> terminate(mailbox, finished), "terminate"));
        try {
            run(mailbox);
        } finally {
            finished.countDown();
        }
    }

    private void run(Mailbox mailbox) throws IOException {
        var journal = Journal.open(layout.journal());
        var kafka = ProducerSettings.read(layout.kafka());
        var files = new LogFiles(layout.log());
        try (var events = new AttemptEvents(files, layout.spool(), kafka, plan, redactor, clock)) {
            var agent = new AgentStream(
                    plan.agentOutput(), new JsonFile<>(layout.usage(), UsageRecord.class), events.reporter(), redactor);
            var attempt = new AttemptRun(
                    layout, plan, remote, events.reporter(), events.transcript(), agent, mailbox, journal, clock);
            var report = attempt.run();
            var message = new TerminationMessage(layout.terminationLog(), redactor);
            message.write(report);
            events.flush();
            if (!report.logKept()) {
                message.write(keeper().keep(report, ""));
            }
            attempt.awaitEnd();
        }
    }

    private LogKeeper keeper() {
        return new LogKeeper(layout, plan, remote, redactor, clock, grace.log());
    }

    /** Runs when the kubelet sends SIGTERM: the process ends when this returns. */
    private void terminate(Mailbox mailbox, CountDownLatch finished) {
        mailbox.accept(new Signal.Terminate());
        try {
            if (!finished.await(grace.end().toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("the grace is over before the work was");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
