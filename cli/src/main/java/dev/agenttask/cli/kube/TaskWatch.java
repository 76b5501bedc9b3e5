package dev.agenttask.cli.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.cli.exit.PlatformException;
import dev.agenttask.cli.exit.UsageException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Tells what happens to tasks and batches, one change after the other, for as long as wanted. An API server that is away is waited for:
 * when it is back, the changes that were missed are told as one.
 */
public final class TaskWatch implements AutoCloseable {

    /** Something that was seen. */
    public sealed interface Change {

        /** A task is there, or is otherwise than before. */
        record Seen(AgentTask task) implements Change {}

        /** A task was deleted. */
        record Deleted(AgentTask task) implements Change {}

        /** A batch is there, or is otherwise than before. */
        record BatchSeen(AgentTaskBatch batch) implements Change {}

        /** A batch was deleted. */
        record BatchDeleted(AgentTaskBatch batch) implements Change {}

        /** All that was there in the beginning has been told. */
        record Synced() implements Change {}

        /** The API server does not answer, and is asked again. */
        record Interrupted(String why) implements Change {}

        /** The API server does not permit it. */
        record Refused(RuntimeException why) implements Change {}
    }

    private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
    private final Cluster cluster;
    private final Clock clock;
    private int unsynced;

    private TaskWatch(Cluster cluster, Clock clock) {
        this.cluster = cluster;
        this.clock = clock;
    }

    /**
     * Watches tasks.
     *
     * @param namespaces whose tasks; empty for those of every namespace
     * @param selector of their labels; empty for all
     * @param wanted which of these
     * @param batches that are watched too
     */
    public static TaskWatch of(
            Cluster cluster,
            Clock clock,
            Collection<String> namespaces,
            String selector,
            Predicate<AgentTask> wanted,
            Collection<TaskKey> batches) {
        var watch = new TaskWatch(cluster, clock);
        var tasks = new ArrayList<SharedIndexInformer<AgentTask>>();
        if (namespaces.isEmpty()) {
            tasks.add(
                    cluster.tasks().inAnyNamespace().withLabelSelector(selector).runnableInformer(0));
        }
        for (var namespace : namespaces) {
            tasks.add(cluster.tasks()
                    .inNamespace(namespace)
                    .withLabelSelector(selector)
                    .runnableInformer(0));
        }
        watch.unsynced = tasks.size() + batches.size();
        tasks.forEach(informer -> watch.start(informer, wanted, Change.Seen::new, Change.Deleted::new));
        for (var key : batches) {
            var informer = cluster.batches()
                    .inNamespace(key.namespace())
                    .withField("metadata.name", key.name())
                    .runnableInformer(0);
            watch.start(informer, batch -> true, Change.BatchSeen::new, Change.BatchDeleted::new);
        }
        return watch;
    }

    private <T> void start(
            SharedIndexInformer<T> informer,
            Predicate<T> wanted,
            Function<T, Change> seen,
            Function<T, Change> deleted) {
        informers.add(informer);
        informer.addEventHandler(new ResourceEventHandler<>() {
            private boolean listed;

            @Override
            public void onAdd(T resource) {
                tell(resource, seen);
            }

            @Override
            public void onUpdate(T before, T resource) {
                tell(resource, seen);
            }

            @Override
            public void onDelete(T resource, boolean unknown) {
                tell(resource, deleted);
            }

            private void tell(T resource, Function<T, Change> change) {
                if (wanted.test(resource)) {
                    changes.add(change.apply(resource));
                }
            }

            @Override
            public void onList(String resourceVersion, boolean remainedEmpty) {
                if (!listed) {
                    listed = true;
                    changes.add(new Change.Synced());
                }
            }
        });
        informer.exceptionHandler((started, problem) -> retry(problem));
        informer.start();
    }

    private boolean retry(Throwable problem) {
        if (!ApiProblem.transientProblem(problem)) {
            changes.add(new Change.Refused(cluster.problem((KubernetesClientException) problem)));
            return false;
        }
        changes.add(new Change.Interrupted(String.valueOf(problem.getMessage())));
        return true;
    }

    /**
     * The next change; empty when there was none until then.
     *
     * @throws UsageException if what is watched does not exist
     * @throws PlatformException if the API server does not permit it
     */
    public Optional<Change> next(Instant until) throws InterruptedException {
        while (true) {
            var left = Duration.between(clock.instant(), until);
            var change = changes.poll(Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS);
            switch (change) {
                case null -> {
                    return Optional.empty();
                }
                case Change.Refused(var why) -> throw why;
                case Change.Synced synced -> {
                    unsynced--;
                    if (unsynced == 0) {
                        return Optional.of(synced);
                    }
                }
                default -> {
                    return Optional.of(change);
                }
            }
        }
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::stop);
    }
}
