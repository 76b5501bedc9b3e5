package dev.agenttask.worker.pod;

import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.api.forecast.ForecastPlan;
import java.nio.file.Path;

/**
 * Where things are. In a pod that is what {@link PodLayout} says; elsewhere all of it lies below another root.
 *
 * @param root the directory that stands for {@code /}
 */
public record Layout(Path root) {

    /** The system property that names another root. */
    public static final String ROOT_PROPERTY = "agenttask.root";

    private static final Path TERMINATION_LOG = Path.of("/dev/termination-log");
    private static final Path SUPERVISOR = Path.of("/opt/agenttask/supervisor");
    private static final Path SPOOL = Path.of("/tmp/agenttask/spool");
    private static final Path LOG = Path.of("/tmp/agenttask/log");

    /** The layout of this process: that of a pod, unless {@link #ROOT_PROPERTY} is set. */
    public static Layout ofThisProcess() {
        return new Layout(Path.of(System.getProperty(ROOT_PROPERTY, "/")));
    }

    /** The clone that the agent works in. */
    public Path workspace() {
        return in(PodLayout.WORKSPACE);
    }

    /** What the trusted containers share. */
    public Path vault() {
        return in(PodLayout.VAULT);
    }

    /** The trusted bare repository. */
    public Path repository() {
        return vault().resolve("repository.git");
    }

    /** When the clone began and ended, and the base. */
    public Path cloneRecord() {
        return vault().resolve("clone.json");
    }

    /** What the worker has done, for the worker that is started after it. */
    public Path journal() {
        return vault().resolve("journal.json");
    }

    /** Which checkpoint was pushed last. */
    public Path checkpoint() {
        return vault().resolve("checkpoint.json");
    }

    /** What the agent says it used; need not exist. */
    public Path usage() {
        return vault().resolve("usage.json");
    }

    /** What the checks said. */
    public Path verdict() {
        return vault().resolve("verdict.json");
    }

    /** What was delivered. */
    public Path delivery() {
        return vault().resolve("delivery.json");
    }

    /** What waits for Kafka. Not in the vault, whose size is bounded for the work's sake. */
    public Path spool() {
        return in(SPOOL);
    }

    /** What is on its way to git as the attempt's log. */
    public Path log() {
        return in(LOG);
    }

    /** What the worker and the clean room share. */
    public Path cleanRoom() {
        return in(PodLayout.CLEAN_ROOM);
    }

    /** The checkout of the commit to be delivered, in which the checks run. */
    public Path head() {
        return cleanRoom().resolve("head");
    }

    /** Where the clone puts the supervisor and its shell. */
    public Path tools() {
        return in(PodLayout.TOOLS);
    }

    /** Where the untrusted containers have their termination message. */
    public Path closedTerminationMessage() {
        return in(PodLayout.TERMINATION_MESSAGE);
    }

    /** Where the image has the supervisor and its shell: {@code supervise} and {@code busybox}. */
    public Path supervisorOfImage() {
        return in(SUPERVISOR);
    }

    /** The channel of one supervisor, as the worker sees it. */
    public Path channel(String container) {
        return in(PodLayout.CHANNELS).resolve(container);
    }

    /** The plan of the attempt. */
    public Path plan() {
        return in(PodLayout.PLAN).resolve(PodLayout.PLAN_FILE);
    }

    /** The plan of a forecast. */
    public Path forecastPlan() {
        return in(PodLayout.PLAN).resolve(ForecastPlan.FILE);
    }

    /** Client settings of the Kafka producer; need not exist. */
    public Path kafka() {
        return in(PodLayout.PLAN).resolve(PodLayout.KAFKA_FILE);
    }

    /** The files {@code username} and {@code password}; need not exist. */
    public Path gitCredential() {
        return in(PodLayout.GIT_CREDENTIAL);
    }

    /** Where the kubelet takes the termination message from. */
    public Path terminationLog() {
        return in(TERMINATION_LOG);
    }

    private Path in(Path absolute) {
        return root.resolve(Path.of("/").relativize(absolute));
    }
}
