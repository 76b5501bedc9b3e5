package dev.agenttask.e2e.soak;

import dev.agenttask.api.AgentTaskStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known when a round is over, from each of those who know something.
 *
 * @param namespace of the tasks
 * @param tasks with their status
 * @param pods that were ever seen
 * @param runs of agents, as the recorder outside the pods has them
 * @param struck names of the pods that were killed, deleted or evicted on purpose
 * @param git the repository
 * @param topics what stands, or stood, on Kafka
 */
record RoundRecord(
        String namespace,
        List<TaskRecord> tasks,
        List<SeenPod> pods,
        List<AgentRun> runs,
        Set<String> struck,
        Repository git,
        TopicRecord topics) {

    /**
     * A task at the end of the round.
     *
     * @param plan what was wanted of it
     * @param uid of the resource
     * @param status of the resource
     */
    record TaskRecord(TaskPlan plan, String uid, AgentTaskStatus status) {

        String name() {
            return plan.name();
        }
    }

    /**
     * A pod of a task.
     *
     * @param task name of the task
     * @param name of the pod
     * @param uid of the pod
     */
    record SeenPod(String task, String name, String uid) {}

    /**
     * The agent was started.
     *
     * @param pod name of the pod
     * @param run what no other run has
     */
    record AgentRun(String pod, String run) {}

    /**
     * The tasks' repository.
     *
     * @param refs the commit of each
     * @param commits those of all branches
     */
    record Repository(Map<String, String> refs, Map<String, Commit> commits) {}

    /**
     * A commit.
     *
     * @param parents of it
     * @param message whole
     */
    record Commit(List<String> parents, String message) {}

    List<SeenPod> podsOf(TaskRecord task) {
        return pods.stream().filter(pod -> pod.task().equals(task.name())).toList();
    }

    List<AgentRun> runsIn(String pod) {
        return runs.stream().filter(run -> run.pod().equals(pod)).toList();
    }
}
