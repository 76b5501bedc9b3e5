package dev.agenttask.e2e.soak;

import java.util.Locale;

/**
 * One thing that goes wrong on purpose. Its moment is not a time but the progress of a task, so that a seed gives the same
 * order of events on a fast machine and on a slow one.
 *
 * @param kind what goes wrong
 * @param task number of the task whose progress is waited for, and whose pod is hit
 * @param step that the task has reached
 */
record Strike(Kind kind, int task, Step step) {

    /** What goes wrong. */
    enum Kind {
        /** The controller that leads is killed with SIGKILL. */
        CONTROLLER_KILLED,
        API_SERVER_RESTARTED,
        /** The broker goes, and its data with it, as the chart's embedded one keeps none. */
        BROKER_STOPPED,
        BROKER_STARTED,
        /** The shim of a pod is killed, and every container of the pod with it. */
        SHIM_KILLED,
        POD_DELETED,
        /** The node is cordoned and drained; when the pods on it are over it is uncordoned. */
        NODE_DRAINED;

        String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    @Override
    public String toString() {
        return kind.words() + " when task " + (task + 1) + " is at "
                + step.name().toLowerCase(Locale.ROOT);
    }
}
