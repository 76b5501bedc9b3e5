package dev.agenttask.worker.sandbox;

import java.io.IOException;

/** Runs commands in the sandbox or in the clean room. */
public interface Commands {

    /**
     * Runs one to its end.
     *
     * @throws IOException if the channel is broken
     */
    CommandEnd run(Command command) throws IOException;

    /** The end of what the last command printed, on one line; empty if it printed nothing. */
    String lastOutput();
}
