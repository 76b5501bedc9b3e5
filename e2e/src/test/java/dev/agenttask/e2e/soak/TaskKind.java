package dev.agenttask.e2e.soak;

import dev.agenttask.api.FailureClass;
import java.util.Locale;

/** What the agent of a task does, and how the task must end, however often it is interrupted. */
enum TaskKind {
    GOOD("echo three >> list", "grep -q three list", 0, new Expected.Success()),
    SLOW(
            "for i in 1 2 3 4 5 6; do echo step $i; sleep 1; done; echo three >> list",
            "grep -q three list",
            0,
            new Expected.Success()),
    LOUD("seq 30000; echo three >> list", "seq 5000; grep -q three list", 0, new Expected.Success()),
    FAILS_CHECK(
            "echo three > list",
            "grep -q two list",
            0,
            failure(FailureClass.VERIFICATION, "VerificationFailed", "test")),
    AGENT_EXITS("echo draft > draft; exit 42", "true", 0, failure(FailureClass.AGENT, "AgentFailed", "42")),
    CHANGES_NOTHING("echo nothing to do", "true", 0, failure(FailureClass.AGENT, "NoChange", "")),
    UNDOES("echo three >> list; sleep 2; git checkout list", "true", 0, failure(FailureClass.AGENT, "NoChange", "")),
    SECOND_TRY("test $attempt -gt 1 || exit 43; echo three >> list", "grep -q three list", 2, new Expected.Success()),
    GIVES_UP("echo draft > draft; exit 44", "true", 1, failure(FailureClass.AGENT, "AgentFailed", "44"));

    /** More than a round ever uses: a task that still ends with a failure of class Infrastructure has lost its work. */
    static final int INFRASTRUCTURE_RETRIES = 10;

    private final String script;
    private final String check;
    private final int agentRetries;
    private final Expected expected;

    TaskKind(String script, String check, int agentRetries, Expected expected) {
        this.script = script;
        this.check = check;
        this.agentRetries = agentRetries;
        this.expected = expected;
    }

    /** How a task ends. */
    sealed interface Expected {

        /** It succeeds. */
        record Success() implements Expected {}

        /**
         * It fails for its own reason.
         *
         * @param words that the message contains, so that a killed agent is not taken for one that gave up
         */
        record Failure(FailureClass failureClass, String reason, String words) implements Expected {}
    }

    private static Expected failure(FailureClass failureClass, String reason, String words) {
        return new Expected.Failure(failureClass, reason, words);
    }

    Expected expected() {
        return expected;
    }

    String check() {
        return check;
    }

    int agentRetries() {
        return agentRetries;
    }

    /**
     * The agent's script. Before anything else it tells the recorder that it runs, in which pod, and with an id that no
     * other run has; without the recorder it does nothing at all.
     *
     * @param recorder URL that every run asks for
     */
    String script(String recorder) {
        return String.join(
                "; ",
                "pod=$(cat /proc/sys/kernel/hostname)",
                "run=$(cat /proc/sys/kernel/random/uuid)",
                "curl -fsS --retry 5 --retry-all-errors --max-time 20 -o /dev/null \"" + recorder
                        + "?pod=$pod&run=$run\" || exit 99",
                "before=${pod%-*}",
                "attempt=${before##*-}",
                script);
    }

    /** As part of a task's name. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
