package dev.agenttask.cli.command;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.cli.kube.Cluster;
import dev.agenttask.cli.kube.TaskKey;
import dev.agenttask.cli.kube.TaskWatch;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is watched.
 *
 * @param namespaces whose tasks; empty for those of every namespace
 * @param selector of the tasks' labels; empty for all
 * @param tasks which of these
 * @param batches with all of their tasks
 */
record Watched(
        Collection<String> namespaces, String selector, Predicate<AgentTask> tasks, List<AgentTaskBatch> batches) {

    private static final String BATCH_UID = "agenttask.dev/batch-uid";

    /** These tasks, and these batches with all of their tasks. */
    static Watched of(Set<TaskKey> tasks, List<AgentTaskBatch> batches) {
        var namespaces = Stream.concat(tasks.stream(), batches.stream().map(TaskKey::of))
                .map(TaskKey::namespace)
                .collect(Collectors.toSet());
        var uids = uids(batches);
        return new Watched(
                namespaces,
                tasks.isEmpty() ? ofBatches(batches) : "",
                task -> tasks.contains(TaskKey.of(task))
                        || batchUid(task).filter(uids::contains).isPresent(),
                batches);
    }

    TaskWatch open(Cluster cluster, Clock clock) {
        var keys = batches.stream().map(TaskKey::of).toList();
        return TaskWatch.of(cluster, clock, namespaces, selector, tasks, keys);
    }

    /** The tasks of the batches, as the API server has them now. */
    List<AgentTask> latest(Cluster cluster) {
        return batches.stream()
                .flatMap(batch -> cluster.list(batch.getMetadata().getNamespace(), ofBatches(List.of(batch))).stream())
                .toList();
    }

    private static String ofBatches(List<AgentTaskBatch> batches) {
        return BATCH_UID + " in (" + String.join(",", uids(batches)) + ")";
    }

    private static Set<String> uids(List<AgentTaskBatch> batches) {
        return batches.stream().map(batch -> batch.getMetadata().getUid()).collect(Collectors.toSet());
    }

    private static Optional<String> batchUid(AgentTask task) {
        return Optional.ofNullable(task.getMetadata().getLabels())
                .map((Map<String, String> labels) -> labels.get(BATCH_UID));
    }
}
