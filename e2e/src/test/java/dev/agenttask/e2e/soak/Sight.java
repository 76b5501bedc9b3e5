package dev.agenttask.e2e.soak;

import dev.agenttask.api.AgentTask;
import dev.agenttask.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What is watched of a namespace while a round runs: its tasks as they are, and every pod of a task that there ever was. */
final class Sight implements AutoCloseable {

    /** The label that the operator gives a task's pod. */
    static final String TASK_LABEL = "agenttask.dev/task";

    private final Map<String, AgentTask> tasks = new LinkedHashMap<>();
    private final Map<String, Pod> pods = new LinkedHashMap<>();
    private final List<SharedIndexInformer<?>> informers;

    /** Begins to watch. The watch outlives a restart of the API server. */
    Sight(TestNamespace namespace) {
        informers = List.of(
                namespace
                        .client()
                        .resources(AgentTask.class)
                        .inNamespace(namespace.name())
                        .inform(new Memory<>(tasks)),
                namespace
                        .client()
                        .pods()
                        .inNamespace(namespace.name())
                        .withLabel(TASK_LABEL)
                        .inform(new Memory<>(pods)));
    }

    /** Keeps the last that was seen of each resource, also when it is gone. */
    private final class Memory<T extends HasMetadata> implements ResourceEventHandler<T> {

        private final Map<String, T> seen;

        Memory(Map<String, T> seen) {
            this.seen = seen;
        }

        @Override
        public void onAdd(T resource) {
            remember(resource);
        }

        @Override
        public void onUpdate(T before, T resource) {
            remember(resource);
        }

        @Override
        public void onDelete(T resource, boolean unknown) {
            remember(resource);
        }

        private void remember(T resource) {
            synchronized (Sight.this) {
                seen.put(resource.getMetadata().getUid(), resource);
                Sight.this.notifyAll();
            }
        }
    }

    /** Waits until what is seen is as wanted; false if it is not in time. */
    synchronized boolean await(Duration limit, Predicate<Sight> wanted) throws InterruptedException {
        var deadline = System.nanoTime() + limit.toNanos();
        while (!wanted.test(this)) {
            var left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    synchronized Optional<AgentTask> task(String name) {
        return tasks.values().stream()
                .filter(task -> task.getMetadata().getName().equals(name))
                .findFirst();
    }

    /** Every pod that there ever was, oldest first. */
    synchronized List<Pod> pods() {
        return List.copyOf(pods.values());
    }

    /** Every pod of a task that there ever was, oldest first. */
    List<Pod> pods(String task) {
        return pods().stream().filter(pod -> taskOf(pod).equals(task)).toList();
    }

    static String taskOf(Pod pod) {
        return pod.getMetadata().getLabels().getOrDefault(TASK_LABEL, "");
    }

    boolean ended(String task) {
        return task(task)
                .flatMap(t -> Optional.ofNullable(t.getStatus()))
                .flatMap(status -> Optional.ofNullable(status.phase()))
                .filter(phase -> phase.terminal())
                .isPresent();
    }

    /** Whether a task is as far as that, or farther. */
    boolean reached(String task, Step step) {
        return ended(task) || pods(task).stream().anyMatch(pod -> Step.of(pod).compareTo(step) >= 0);
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::close);
    }
}
