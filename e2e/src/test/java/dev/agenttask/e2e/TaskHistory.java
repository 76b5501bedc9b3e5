package dev.agenttask.e2e;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Every version of the tasks of a namespace, as the API server told them, so that it is known how many were in which phase at
 * any version. It must begin before the first task is there.
 */
final class TaskHistory implements AutoCloseable {

    /** The API server of the tests keeps tasks and batches in one etcd, whose versions are numbers that grow. */
    private final ConcurrentNavigableMap<Long, AgentTask> versions;

    private final Watch watch;

    TaskHistory(ConcurrentNavigableMap<Long, AgentTask> versions, Watch watch) {
        this.versions = versions;
        this.watch = watch;
    }

    static TaskHistory of(TestNamespace namespace) {
        var versions = new ConcurrentSkipListMap<Long, AgentTask>();
        var watch = namespace
                .client()
                .resources(AgentTask.class)
                .inNamespace(namespace.name())
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, AgentTask task) {
                        versions.put(version(task.getMetadata().getResourceVersion()), task);
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        // A history that has ended early does not agree with the lists.
                    }
                });
        return new TaskHistory(versions, watch);
    }

    static long version(String resourceVersion) {
        return Long.parseLong(resourceVersion);
    }

    /**
     * Whether somebody who looks at one task after the other, while they go on, can count this many in each phase: looks
     * at each at some version from {@code first} to {@code last}.
     */
    boolean allows(Map<Phase, Integer> counts, long first, long last) {
        var phases = phasesBetween(first, last).values();
        var places = new ArrayList<Optional<Phase>>();
        counts.forEach((phase, count) -> places.addAll(Collections.nCopies(count, Optional.of(phase))));
        if (places.size() > phases.size()) {
            return false;
        }
        places.addAll(Collections.nCopies(phases.size() - places.size(), Optional.empty()));
        // Hall's theorem: each task has a place if any choice of phases has as many tasks that could fill it.
        var kinds = List.copyOf(new HashSet<>(places));
        return IntStream.range(1, 1 << kinds.size())
                .mapToObj(choice -> IntStream.range(0, kinds.size())
                        .filter(kind -> (choice >> kind & 1) == 1)
                        .mapToObj(kinds::get)
                        .collect(Collectors.toSet()))
                .allMatch(chosen -> places.stream().filter(chosen::contains).count()
                        <= phases.stream()
                                .filter(had -> !Collections.disjoint(had, chosen))
                                .count());
    }

    /** The phases that each task had, and none if it was not there yet. */
    private Map<String, Set<Optional<Phase>>> phasesBetween(long first, long last) {
        var phases = new HashMap<String, Set<Optional<Phase>>>();
        latest(first).forEach((name, task) -> phases.put(name, new HashSet<>(Set.of(Optional.of(phase(task))))));
        versions.subMap(first, false, last, true).values().forEach(task -> phases.computeIfAbsent(
                        task.getMetadata().getName(), name -> new HashSet<>(Set.of(Optional.empty())))
                .add(Optional.of(phase(task))));
        return phases;
    }

    /** How many tasks were in each phase at a version. */
    Map<Phase, Integer> at(long version) {
        return byPhase(latest(version).values());
    }

    private Map<String, AgentTask> latest(long version) {
        var latest = new HashMap<String, AgentTask>();
        versions.headMap(version, true)
                .values()
                .forEach(task -> latest.put(task.getMetadata().getName(), task));
        return latest;
    }

    /** The phases that a task went through, each as often as it was told. */
    List<Phase> of(String task) {
        return versions.values().stream()
                .filter(version -> version.getMetadata().getName().equals(task))
                .map(TaskHistory::phase)
                .toList();
    }

    static Map<Phase, Integer> byPhase(Collection<AgentTask> tasks) {
        var counts = new EnumMap<Phase, Integer>(Phase.class);
        tasks.forEach(task -> counts.merge(phase(task), 1, Integer::sum));
        return counts;
    }

    private static Phase phase(AgentTask task) {
        var status = Optional.ofNullable(task.getStatus()).orElse(AgentTaskStatus.NONE);
        return Optional.ofNullable(status.phase()).orElse(Phase.PENDING);
    }

    @Override
    public void close() {
        watch.close();
    }
}
