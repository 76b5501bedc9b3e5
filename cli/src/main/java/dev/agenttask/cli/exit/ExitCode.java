package dev.agenttask.cli.exit;

/** The exit codes, which scripts rely on. They are documented in {@code docs/cli.md} and do not change. */
public final class ExitCode {

    /** What was asked for was done; of tasks that were waited for, all succeeded. */
    public static final int SUCCESS = 0;
    /** At least one task that was waited for did not succeed. */
    public static final int TASKS_FAILED = 1;
    /** The command line, a file or a task is wrong, or there is no such task. Trying again cannot help. */
    public static final int WRONG_USE = 2;
    /** The API server, Kafka or git could not be reached or refused, or a time was over. Trying again may help. */
    public static final int PLATFORM_FAILED = 3;

    private ExitCode() {}
}
