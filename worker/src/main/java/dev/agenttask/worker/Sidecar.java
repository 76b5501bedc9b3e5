package dev.agenttask.worker;

import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.worker.git.LogKeeper;
import dev.agenttask.worker.git.Remote;
import dev.agenttask.worker.pod.Layout;
import dev.agenttask.worker.report.AttemptEvents;
import dev.agenttask.worker.report.LogFiles;
import dev.agenttask.worker.report.ProducerSettings;
import dev.agenttask.worker.report.Redactor;
import dev.agenttask.worker.report.TerminationMessage;
import dev.agenttask.worker.run.AttemptRun;
import dev.agenttask.worker.run.Journal;
import dev.agenttask.worker.sandbox.Mailbox;
import dev.agenttask.worker.sandbox.Signal;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The process of the {@code worker} container: puts the attempt together and turns SIGTERM into a signal to it. */
final class Sidecar {

    /** The pod's grace is 60 seconds; this leaves the kubelet time to take the termination message. */
    private static final Duration GRACE = Duration.ofSeconds(57);
    /** What the salvage leaves of the grace, but for the last events. */
    private static final Duration LOG_TIME = Duration.ofSeconds(8);

    private final Layout layout;
    private final AttemptPlan plan;
    private final Remote remote;
    private final Redactor redactor;
    private final Clock clock;

    Sidecar(Layout layout, AttemptPlan plan, Remote remote, Redactor redactor, Clock clock) {
        this.layout = layout;
        this.plan = plan;
        this.remote = remote;
        this.redactor = redactor;
        this.clock = clock;
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
            var attempt = new AttemptRun(
                    layout, plan, remote, events.reporter(), events.transcript(), mailbox, journal, clock);
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
        return new LogKeeper(layout, plan, remote, redactor, clock, LOG_TIME);
    }

    /** Runs when the kubelet sends SIGTERM: the process ends when this returns. */
    private static void terminate(Mailbox mailbox, CountDownLatch finished) {
        mailbox.accept(new Signal.Terminate());
        try {
            if (!finished.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("the grace is over before the work was");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
