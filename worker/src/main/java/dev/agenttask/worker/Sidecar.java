package dev.agenttask.worker;

import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.worker.git.Remote;
import dev.agenttask.worker.pod.Layout;
import dev.agenttask.worker.report.KafkaReporter;
import dev.agenttask.worker.report.ProducerSettings;
import dev.agenttask.worker.report.Redactor;
import dev.agenttask.worker.report.Reporter;
import dev.agenttask.worker.report.TerminationMessage;
import dev.agenttask.worker.report.Transcript;
import dev.agenttask.worker.run.AttemptRun;
import dev.agenttask.worker.run.Journal;
import dev.agenttask.worker.sandbox.Mailbox;
import dev.agenttask.worker.sandbox.Signal;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The process of the {@code worker} container: puts the attempt together and turns SIGTERM into a signal to it. */
final class Sidecar {

    /** The pod's grace is 60 seconds; this leaves the kubelet time to take the termination message. */
    private static final Duration GRACE = Duration.ofSeconds(57);
    /** Events of a restarted worker are numbered from another million, so that no number is used twice. */
    private static final long SEQUENCES_PER_START = 1_000_000;

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
        var kafka = kafka((journal.starts() - 1) * SEQUENCES_PER_START);
        try {
            var reporter = kafka.<Reporter>map(k -> k).orElse(Reporter.NONE);
            try (var transcript = new Transcript(reporter, redactor, System::nanoTime)) {
                var attempt = new AttemptRun(layout, plan, remote, reporter, transcript, mailbox, journal, clock);
                new TerminationMessage(layout.terminationLog(), redactor).write(attempt.run());
                attempt.awaitEnd();
            }
        } finally {
            kafka.ifPresent(KafkaReporter::close);
        }
    }

    private Optional<KafkaReporter> kafka(long sequence) throws IOException {
        return ProducerSettings.read(layout.kafka())
                .map(connect -> new KafkaReporter(connect, plan, redactor, clock, sequence));
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
