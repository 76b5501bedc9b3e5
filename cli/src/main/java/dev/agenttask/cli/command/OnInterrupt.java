package dev.agenttask.cli.command;

/** What is still done when the user ends the program, by Ctrl-C or a signal. The exit code is then 128 and the signal's. */
final class OnInterrupt implements AutoCloseable {

    private final Thread hook;

    private OnInterrupt(Thread hook) {
        this.hook = hook;
    }

    /** Has something done if the program is ended before this is closed. */
    static OnInterrupt run(Runnable action) {
        var hook = Thread.ofPlatform().name("on-interrupt").unstarted(action);
        Runtime.getRuntime().addShutdownHook(hook);
        return new OnInterrupt(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The program is being ended, and the hook is running.
        }
    }
}
