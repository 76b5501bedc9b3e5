package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.controller.task.Labels;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What makes the controller look at a task: the task, its pods, and calls from inside. Also the caches of both. */
final class TaskEvents {

    private final SimpleInboundEventSource<AgentTask> calls = new SimpleInboundEventSource<>("calls");
    private volatile @Nullable IndexerResourceCache<AgentTask> tasks;
    private volatile @Nullable InformerEventSource<Pod, AgentTask> pods;

    List<EventSource<?, AgentTask>> sources(EventSourceContext<AgentTask> context) {
        var configuration = InformerEventSourceConfiguration.from(Pod.class, AgentTask.class)
                .withName("pods")
                .withLabelSelector(Labels.MANAGED_BY + "=" + Labels.AGENTTASK + "," + Labels.TASK_UID)
                .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(AgentTask.class))
                .withNamespacesInheritedFromController()
                .withItemStore(new PrunedStore<>())
                .build();
        var source = new InformerEventSource<Pod, AgentTask>(configuration, context);
        tasks = context.getPrimaryCache();
        pods = source;
        return List.of(source, calls);
    }

    /** Has a task looked at soon. A task that is not there is ignored. */
    void wake(TaskId task) {
        calls.propagateEvent(new ResourceID(task.name(), task.namespace()));
    }

    /** Every task in the cache. */
    Stream<AgentTask> tasks() {
        var cache = tasks;
        return cache == null ? Stream.of() : cache.list();
    }

    /** One task in the cache. */
    Optional<AgentTask> task(TaskId id) {
        var cache = tasks;
        return cache == null ? Optional.empty() : cache.get(new ResourceID(id.name(), id.namespace()));
    }

    /** One pod in the cache. */
    Optional<Pod> pod(String namespace, String name) {
        var source = pods;
        return source == null ? Optional.empty() : source.get(new ResourceID(name, namespace));
    }

    /** Every pod in the cache. */
    Stream<Pod> pods() {
        var source = pods;
        return source == null ? Stream.of() : source.list();
    }
}
