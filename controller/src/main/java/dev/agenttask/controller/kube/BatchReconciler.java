package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.api.batch.AgentTaskBatchStatus;
import dev.agenttask.api.batch.BatchPhase;
import dev.agenttask.api.batch.BatchPlan.PlannedTask;
import dev.agenttask.controller.batch.BatchDecider;
import dev.agenttask.controller.batch.BatchDecision;
import dev.agenttask.controller.batch.BatchObserved;
import dev.agenttask.controller.metrics.Placed;
import dev.agenttask.controller.metrics.TaskMetrics;
import dev.agenttask.controller.task.Labels;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Observes a batch and its tasks, decides, acts, and writes one status. Deleting its tasks is the garbage collector's. */
final class BatchReconciler implements Reconciler<AgentTaskBatch> {

    private static final Logger LOG = LoggerFactory.getLogger(BatchReconciler.class);
    private static final Duration SOON = Duration.ofMillis(1);
    private static final Duration AFTER_CONFLICT = Duration.ofMillis(200);

    private final KubernetesClient client;
    private final BatchTasks tasks;
    private final BatchDecider decider = new BatchDecider();
    private final EventRecorder recorder;
    private final TaskMetrics metrics;
    private final InstantSource clock;
    private volatile @Nullable IndexerResourceCache<AgentTaskBatch> batches;

    BatchReconciler(KubernetesClient client, EventRecorder recorder, TaskMetrics metrics, InstantSource clock) {
        this.client = client;
        this.tasks = new BatchTasks(client);
        this.recorder = recorder;
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, AgentTaskBatch>> prepareEventSources(EventSourceContext<AgentTaskBatch> context) {
        var configuration = InformerEventSourceConfiguration.from(AgentTask.class, AgentTaskBatch.class)
                .withName("tasks")
                .withLabelSelector(Labels.BATCH_UID)
                .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(AgentTaskBatch.class))
                .withNamespacesInheritedFromController()
                .withItemStore(new PrunedStore<>())
                .build();
        batches = context.getPrimaryCache();
        return List.of(new InformerEventSource<>(configuration, context));
    }

    /** Where every batch in the cache is. */
    Stream<Placed> all() {
        var cache = batches;
        return cache == null ? Stream.of() : cache.list().map(BatchReconciler::placed);
    }

    private static Placed placed(AgentTaskBatch batch) {
        var phase = Optional.ofNullable(batch.getStatus()).map(AgentTaskBatchStatus::phase);
        return new Placed(batch.getMetadata().getNamespace(), phase.orElse(BatchPhase.RUNNING));
    }

    @Override
    public UpdateControl<AgentTaskBatch> reconcile(AgentTaskBatch batch, Context<AgentTaskBatch> context)
            throws Exception {
        metrics.show(batch.getMetadata().getNamespace());
        return metrics.reconciliation("batch", () -> {
            var observed = observe(batch, context);
            var decision = act(observed, decider.decide(observed, clock.instant()));
            var again =
                    write(observed, decision, context) ? decision.requeueAfter().orElse(null) : AFTER_CONFLICT;
            var control = UpdateControl.<AgentTaskBatch>noUpdate();
            return again == null ? control : control.rescheduleAfter(again.compareTo(SOON) < 0 ? SOON : again);
        });
    }

    private BatchObserved observe(AgentTaskBatch batch, Context<AgentTaskBatch> context) {
        var observed = BatchObserved.of(
                batch, context.getSecondaryResourcesAsStream(AgentTask.class).toList());
        if (observed.unchecked()) {
            return observed.withAnswers(tasks.refusals(batch, observed.plan().tasks()));
        }
        return observed.withGone(observed.missing().stream()
                .map(PlannedTask::name)
                .filter(name -> tasks.isGone(batch, name))
                .toList());
    }

    /** Does what was decided. Tasks that the API server does not take change the decision. */
    private BatchDecision act(BatchObserved observed, BatchDecision decision) {
        var batch = observed.batch();
        if (decision.delete()) {
            LOG.info(
                    "Deleting batch {}, which was kept for long enough",
                    batch.getMetadata().getName());
            // One of the same name that was created since is not deleted.
            client.resource(batch)
                    .lockResourceVersion(batch.getMetadata().getResourceVersion())
                    .delete();
            return decision;
        }
        decision.changes().forEach(change -> tasks.change(batch, change));
        var refused = decision.starts().stream()
                .flatMap(task -> tasks.create(batch, task).stream())
                .toList();
        return refused.isEmpty() ? decision : decider.decide(observed.withRefused(refused), clock.instant());
    }

    /** Whether the status is what was decided. */
    private boolean write(BatchObserved observed, BatchDecision decision, Context<AgentTaskBatch> context) {
        if (!decision.status().equals(observed.status())) {
            try {
                context.resourceOperations().updatePrimaryStatus(withStatus(observed.batch(), decision.status()));
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                    throw e;
                }
                return false;
            }
        }
        decision.events().forEach(event -> recorder.record(observed.batch(), event, clock.instant()));
        return true;
    }

    /** The version of the batch goes along: a status that was decided on something older is refused. */
    private static AgentTaskBatch withStatus(AgentTaskBatch batch, AgentTaskBatchStatus status) {
        var changed = new AgentTaskBatch();
        changed.setMetadata(batch.getMetadata());
        changed.setSpec(batch.getSpec());
        changed.setStatus(status);
        return changed;
    }
}
