package dev.agenttask.api.attempt;

import java.nio.file.Path;

/** Names of the containers of an attempt's pod, and where the volumes are mounted in them. */
public final class PodLayout {

    /** Trusted: clones the repository into the vault and the workspace. */
    public static final String CLONE = "clone";
    /** Trusted: the sidecar that follows the agent, snapshots, drives the checks, salvages and reports. */
    public static final String WORKER = "worker";
    /** Untrusted: the sandbox. */
    public static final String AGENT = "agent";
    /** Untrusted code in a clean room. */
    public static final String VERIFY = "verify";
    /** Trusted: delivers, or says why not. */
    public static final String DELIVER = "deliver";

    /** The user and group id of every container that touches the workspace. */
    public static final long USER = 65532;

    /** The clone that the agent works in. */
    public static final Path WORKSPACE = Path.of("/workspace");
    /** The trusted bare repository {@code repository.git}, and what the trusted containers tell each other. */
    public static final Path VAULT = Path.of("/vault");
    /** Clean checkouts for the checks: {@code head}. */
    public static final Path CLEAN_ROOM = Path.of("/cleanroom");
    /** The supervisor and its shell; read-only but for {@link #CLONE}, which fills it. */
    public static final Path TOOLS = Path.of("/opt/agenttask/tools");
    /**
     * Where the sandbox and the clean room have their termination message. What runs there cannot enter its directory: the
     * file is on the node's disk and has no limit.
     */
    public static final Path TERMINATION_MESSAGE = TOOLS.resolve("closed/message");
    /** In the sandbox and the clean room: the pipes between the supervisor and the worker. */
    public static final Path CHANNEL = Path.of("/run/agenttask/channel");
    /** In the worker: the channels of both supervisors, {@code agent} and {@code verify}. */
    public static final Path CHANNELS = Path.of("/run/agenttask/channels");
    /** In the trusted containers: {@link #PLAN_FILE} and, in the worker, {@link #KAFKA_FILE}. */
    public static final Path PLAN = Path.of("/etc/agenttask/plan");
    /** In the sandbox and the clean room: the prompt and the scripts to run. */
    public static final Path SCRIPTS = Path.of("/etc/agenttask/scripts");
    /** In the trusted containers: the files {@code username} and {@code password} of the git credential, if any. */
    public static final Path GIT_CREDENTIAL = Path.of("/etc/agenttask/git");

    /** The {@link AttemptPlan} as JSON. */
    public static final String PLAN_FILE = "attempt.json";
    /** Client settings of the Kafka producer; not there when there is no Kafka. */
    public static final String KAFKA_FILE = "kafka.properties";
    /** The prompt, in the sandbox alone. */
    public static final String PROMPT_FILE = "prompt";
    /** The script that starts the agent, in the sandbox alone. */
    public static final String AGENT_SCRIPT = "agent";

    /** The supervisor ended because the agent ended with exit code 0, or all checks were run. */
    public static final int EXIT_DONE = 0;
    /** The agent ended with another exit code. */
    public static final int EXIT_AGENT_FAILED = 70;
    /** A setup step failed in the sandbox, so that the agent was not started. */
    public static final int EXIT_SETUP_FAILED = 71;
    /** The worker had the step stopped. */
    public static final int EXIT_STOPPED = 72;
    /** The supervisor could not do its work. */
    public static final int EXIT_SUPERVISOR_FAILED = 73;

    private PodLayout() {}

    /** Name of the script of a setup step, in the sandbox and the clean room. */
    public static String setupScript(int index) {
        return "setup-" + index;
    }

    /** Name of the script of a check, in the clean room. */
    public static String checkScript(int index) {
        return "check-" + index;
    }
}
