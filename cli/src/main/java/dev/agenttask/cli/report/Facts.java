package dev.agenttask.cli.report;

import dev.agenttask.api.AgentTask;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that is known of a task, to explain it.
 *
 * @param task the task
 * @param happenings its latest events, oldest first
 * @param pod of its latest attempt, if it is there
 * @param queue how the queue stands, if it waits there and this may be seen
 * @param again the options that lead to its cluster and namespace, for commands: {@code " --namespace shop"}
 */
public record Facts(
        AgentTask task, List<Happening> happenings, Optional<PodState> pod, Optional<Queue> queue, String again) {

    /**
     * An event.
     *
     * @param time when it was seen last
     * @param warning whether it is one
     * @param reason one CamelCase word
     * @param message a sentence
     */
    public record Happening(Instant time, boolean warning, String reason, String message) {}

    /**
     * A pod.
     *
     * @param name of the pod
     * @param containers what each of them does, in order
     * @param problem why it cannot start, as the scheduler or the node says; empty for none
     */
    public record PodState(String name, List<ContainerState> containers, String problem) {}

    /**
     * A container.
     *
     * @param name of the container
     * @param state such as running, or terminated with exit code 1
     */
    public record ContainerState(String name, String state) {}

    /**
     * The queue.
     *
     * @param ahead how many tasks of the same or a higher priority that are older wait too
     * @param running how many tasks run
     */
    public record Queue(long ahead, long running) {}
}
