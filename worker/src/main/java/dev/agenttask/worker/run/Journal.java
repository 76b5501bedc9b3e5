package dev.agenttask.worker.run;

import dev.agenttask.worker.git.Snapshot;
import dev.agenttask.worker.pod.JsonFile;
import dev.agenttask.worker.sandbox.CommandEnd;
import dev.agenttask.worker.sandbox.Token;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the worker has done, kept in the vault. A worker that is started after a crash goes through the same steps again
 * and finds here what it need not do a second time.
 */
public final class Journal {

    private static final String WHOLE = "whole";
    private static final String WHAT_FITS = "whatFits";

    private final JsonFile<State> file;
    private final State state;

    /** What is in the file. The fields are maps that this class alone changes. */
    record State(
            int starts,
            Map<String, Boolean> ready,
            Map<String, Started> started,
            Map<String, CommandEnd> ended,
            Map<String, Integer> exits,
            Map<String, Snapshot> snapshots) {

        static State first() {
            return new State(1, new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
        }

        State again() {
            return new State(starts + 1, ready, started, ended, exits, snapshots);
        }
    }

    /** A command that was asked for. */
    record Started(Token token, Instant at) {}

    private Journal(JsonFile<State> file, State state) {
        this.file = file;
        this.state = state;
    }

    /**
     * Opens the journal and notes that the worker has started.
     *
     * @throws IOException if it cannot be read or written
     */
    public static Journal open(Path path) throws IOException {
        var file = new JsonFile<>(path, State.class);
        var journal = new Journal(file, file.read().map(State::again).orElseGet(State::first));
        journal.save();
        return journal;
    }

    /** 1 for the first worker of the pod, 2 for the one after a crash. */
    public int starts() {
        return state.starts();
    }

    boolean isReady(String container) {
        return state.ready().containsKey(container);
    }

    void ready(String container) throws IOException {
        state.ready().put(container, true);
        save();
    }

    Optional<Started> started(String command) {
        return Optional.ofNullable(state.started().get(command));
    }

    /** Whether anything was asked of that container. */
    boolean hasStarted(String container) {
        return state.started().keySet().stream().anyMatch(command -> command.startsWith(container + "/"));
    }

    void start(String command, Started started) throws IOException {
        state.started().put(command, started);
        save();
    }

    Optional<CommandEnd> ended(String command) {
        return Optional.ofNullable(state.ended().get(command));
    }

    void end(String command, CommandEnd end) throws IOException {
        state.ended().put(command, end);
        save();
    }

    boolean hasExited(String container) {
        return state.exits().containsKey(container);
    }

    void exit(String container, int code) throws IOException {
        state.exits().put(container, code);
        save();
    }

    /** The commit of the whole work. */
    Optional<Snapshot> whole() {
        return Optional.ofNullable(state.snapshots().get(WHOLE));
    }

    void whole(Snapshot snapshot) throws IOException {
        state.snapshots().put(WHOLE, snapshot);
        save();
    }

    /** The commit of what fits of the work, which is never delivered. */
    Optional<Snapshot> whatFits() {
        return Optional.ofNullable(state.snapshots().get(WHAT_FITS));
    }

    void whatFits(Snapshot snapshot) throws IOException {
        state.snapshots().put(WHAT_FITS, snapshot);
        save();
    }

    private void save() throws IOException {
        file.write(state);
    }
}
