package dev.agenttask.worker.run;

import java.time.Duration;

/**
 * How the time between SIGTERM and SIGKILL is divided: of a minute, 25 seconds for the snapshot, 20 for pushing it and 8 for
 * the log, each of which may fail at its end; what is longer or shorter is divided alike.
 *
 * @param whole what the kubelet leaves the pod, at least 30 seconds
 */
public record Grace(Duration whole) {

    /** The kubelet has to take the termination message before it kills. */
    private static final Duration FOR_THE_KUBELET = Duration.ofSeconds(3);
    /** What processes take to end and the last events to be sent. */
    private static final Duration FOR_ENDS = Duration.ofSeconds(4);

    private static final int SNAPSHOT = 25;
    private static final int PUSH = 20;
    private static final int LOG = 8;

    /** After which the process ends whatever is done. */
    public Duration end() {
        return whole.minus(FOR_THE_KUBELET);
    }

    /** For the commit of the work. */
    Duration snapshot() {
        return share(SNAPSHOT);
    }

    /** For pushing it. */
    Duration push() {
        return share(PUSH);
    }

    /** For the log. */
    public Duration log() {
        return share(LOG);
    }

    private Duration share(int part) {
        return end().minus(FOR_ENDS).multipliedBy(part).dividedBy(SNAPSHOT + PUSH + LOG);
    }
}
