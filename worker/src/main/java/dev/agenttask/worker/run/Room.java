package dev.agenttask.worker.run;

import dev.agenttask.api.event.EventData;
import dev.agenttask.worker.agent.AgentStream;
import dev.agenttask.worker.report.Reporter;
import dev.agenttask.worker.report.Transcript;
import dev.agenttask.worker.sandbox.Command;
import dev.agenttask.worker.sandbox.CommandEnd;
import dev.agenttask.worker.sandbox.CommandEnd.How;
import dev.agenttask.worker.sandbox.Commands;
import dev.agenttask.worker.sandbox.Mailbox;
import dev.agenttask.worker.sandbox.Signal;
import dev.agenttask.worker.sandbox.Supervisor;
import dev.agenttask.worker.sandbox.Token;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** An untrusted container as the main flow sees it: it runs commands, reports them, and remembers how they ended. */
final class Room implements Commands, AutoCloseable {

    /** The supervisor kills after 5 seconds; what takes longer than this is not coming. */
    private static final Duration PATIENCE_AFTER_STOP = Duration.ofSeconds(15);

    private static final Duration PATIENCE_AT_THE_END = Duration.ofSeconds(7);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final String container;
    private final Supervisor supervisor;
    private final Mailbox mailbox;
    private final Journal journal;
    private final Reporter reporter;
    private final Transcript transcript;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private boolean ending;
    private boolean terminatedItself;

    /** What a room is made with, besides its container. */
    record Parts(
            Mailbox mailbox,
            Journal journal,
            Reporter reporter,
            Transcript transcript,
            AgentStream agent,
            Clock clock) {

        private void line(byte[] bytes, int offset, int length, boolean cut) {
            transcript.line(bytes, offset, length, cut);
            agent.line(bytes, offset, length, cut);
        }
    }

    private Room(String container, Supervisor supervisor, Parts parts) {
        this.container = container;
        this.supervisor = supervisor;
        this.mailbox = parts.mailbox();
        this.journal = parts.journal();
        this.reporter = parts.reporter();
        this.transcript = parts.transcript();
        this.clock = parts.clock();
    }

    /**
     * Opens the channel to a container, which need not have started.
     *
     * @throws IOException if the channel cannot be written
     */
    static Room open(String container, Path channel, Path busybox, Parts parts) throws IOException {
        var supervisor =
                Supervisor.attach(channel, busybox, parts.journal().isReady(container), parts::line, parts.mailbox());
        return new Room(container, supervisor, parts);
    }

    /**
     * Waits for the supervisor.
     *
     * @return false if the pod ends before it is there
     * @throws IOException if the journal cannot be written
     */
    boolean awaitReady() throws IOException {
        while (!journal.isReady(container)) {
            if (mailbox.terminated()) {
                return false;
            }
            if (mailbox.poll(LONG).orElse(null) instanceof Signal.Ready) {
                journal.ready(container);
            }
        }
        return true;
    }

    @Override
    public CommandEnd run(Command command) throws IOException {
        var key = container + "/" + command.script();
        var before = journal.ended(key);
        if (before.isPresent()) {
            return before.get();
        }
        if (mailbox.terminated()) {
            // The supervisor was told the same, and answers no more.
            ending = true;
            return new CommandEnd(How.TERMINATED, 0, 0);
        }
        transcript.begin(command.step());
        var startedAt = start(key, command);
        var end = await(startedAt, command.deadline().apply(startedAt));
        transcript.end();
        reporter.report(new EventData.StepFinished(
                command.step(),
                command.name(),
                end.succeeded(),
                end.how() == How.EXITED ? end.exitCode() : null,
                end.millis(),
                end.describe()));
        ending = end.how() == How.TERMINATED;
        terminatedItself = end.how() == How.SELF_TERMINATED;
        if (!ending && end.how() != How.LOST) {
            journal.end(key, end);
        }
        return end;
    }

    /** Watches a command that is run next for signs of life, until closed. */
    StallWatch watchForStall(WorkspaceWatch workspace, Duration limit) {
        return StallWatch.start(supervisor.signs(), workspace, limit);
    }

    /** Whether the last command was stopped because the pod ends. */
    boolean isEnding() {
        return ending;
    }

    /** Whether the last command ended its container. */
    boolean hasTerminatedItself() {
        return terminatedItself;
    }

    @Override
    public String lastOutput() {
        return transcript.lastOutput();
    }

    /**
     * Has the container end, if it was not asked to before.
     *
     * @throws IOException if the channel is broken
     */
    void exit(int code) throws IOException {
        if (!journal.hasExited(container)) {
            supervisor.exit(code);
            journal.exit(container, code);
        }
    }

    @Override
    public void close() throws IOException {
        supervisor.close();
    }

    private Instant start(String key, Command command) throws IOException {
        var before = journal.started(key);
        if (before.isPresent()) {
            supervisor.resume(before.get().token());
            return before.get().at();
        }
        reporter.report(new EventData.StepStarted(command.step(), command.name()));
        var started = new Journal.Started(Token.random(random), clock.instant());
        journal.start(key, started);
        supervisor.run(started.token(), command.script(), command.directory());
        return started.at();
    }

    private CommandEnd await(Instant startedAt, Instant deadline) throws IOException {
        var stopped = Optional.<How>empty();
        var wakeAt = deadline;
        while (true) {
            var signal = mailbox.poll(Duration.between(clock.instant(), wakeAt));
            if (signal.isPresent() && signal.get() instanceof Signal.Ended ended) {
                supervisor.clearStop();
                return switch (ended) {
                    case Signal.Exited(var code) -> end(How.EXITED, code, startedAt);
                    case Signal.Stalled() -> end(How.STALLED, 0, startedAt);
                    case Signal.Stopped() -> end(stopped.orElse(How.TERMINATED), 0, startedAt);
                    // What the kubelet asks of the supervisor it asks of us too, and the supervisor waits for our word.
                    case Signal.Terminated() -> end(How.SELF_TERMINATED, 0, startedAt);
                };
            }
            var reason = signal.map(Room::reasonToStop).orElse(Optional.of(How.TIMED_OUT));
            if (stopped.isPresent() && signal.isEmpty()) {
                return end(mailbox.terminated() ? How.TERMINATED : How.LOST, 0, startedAt);
            }
            if (reason.isPresent() && (stopped.isEmpty() || reason.get() == How.TERMINATED)) {
                supervisor.stop();
                stopped = stopped.or(() -> reason);
                wakeAt = clock.instant()
                        .plus(reason.get() == How.TERMINATED ? PATIENCE_AT_THE_END : PATIENCE_AFTER_STOP);
            }
        }
    }

    private CommandEnd end(How how, int exitCode, Instant startedAt) {
        return new CommandEnd(
                how, exitCode, Duration.between(startedAt, clock.instant()).toMillis());
    }

    private static Optional<How> reasonToStop(Signal signal) {
        return switch (signal) {
            case Signal.WorkspaceTooLarge() -> Optional.of(How.TOO_LARGE);
            case Signal.Terminate() -> Optional.of(How.TERMINATED);
            case Signal.Ready ready -> Optional.empty();
            case Signal.Ended ended -> Optional.empty();
        };
    }
}
