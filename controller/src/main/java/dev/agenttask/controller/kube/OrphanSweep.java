package dev.agenttask.controller.kube;

import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.controller.task.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cleans up after tasks that do not exist any more, because someone took our finalizer from them or removed the
 * namespace by force. Nobody is left who wants to know how their pods ended, and our finalizer would keep those for
 * ever; and nobody gives back their place in the queue. Network policies go here whose pods were given up and are gone
 * at last, or were never made.
 */
final class OrphanSweep {

    private static final Logger LOG = LoggerFactory.getLogger(OrphanSweep.class);
    private static final Map<String, String> LABELS = Map.of(Labels.MANAGED_BY, Labels.AGENTTASK);

    private final KubernetesClient client;
    private final TaskEvents events;
    private final ActionRunner actions;
    private final AttemptStarter starter;
    private final AdmissionQueue queue;
    private final WatchedTasks tasks;
    private final Set<String> namespaces;

    OrphanSweep(
            KubernetesClient client,
            TaskEvents events,
            ActionRunner actions,
            AttemptStarter starter,
            AdmissionQueue queue,
            WatchedTasks tasks,
            Set<String> namespaces) {
        this.client = client;
        this.events = events;
        this.actions = actions;
        this.starter = starter;
        this.queue = queue;
        this.tasks = tasks;
        this.namespaces = namespaces;
    }

    /** Looks at the queue, at every pod and at every policy once. What fails now is tried again with the next look. */
    void run() {
        queue.dropVanished(
                () -> events.tasks().map(t -> t.getMetadata().getUid()).collect(Collectors.toSet()));
        try {
            events.pods()
                    .filter(OrphanSweep::heldAndDeleted)
                    .filter(this::orphaned)
                    .forEach(this::letGo);
            policies()
                    .filter(p -> !starter.isStarting(namespace(p), name(p)))
                    .filter(p -> events.pod(namespace(p), name(p)).isEmpty())
                    .filter(this::hasNoPod)
                    .forEach(this::delete);
        } catch (KubernetesClientException e) {
            LOG.warn("Could not look for what has no task any more: {}", e.getMessage());
        }
    }

    private Stream<NetworkPolicy> policies() {
        var all = client.network().v1().networkPolicies();
        var lists = namespaces.isEmpty()
                ? Stream.of(all.inAnyNamespace().withLabels(LABELS).list())
                : namespaces.stream()
                        .map(n -> all.inNamespace(n).withLabels(LABELS).list());
        return lists.flatMap(list -> list.getItems().stream());
    }

    private boolean hasNoPod(NetworkPolicy policy) {
        return client.pods()
                        .inNamespace(namespace(policy))
                        .withName(name(policy))
                        .get()
                == null;
    }

    /** One that was made anew since is another version, and stays. */
    private void delete(NetworkPolicy policy) {
        LOG.info("Deleting network policy {}/{}: its pod is gone", namespace(policy), name(policy));
        try {
            client.resource(policy)
                    .lockResourceVersion(policy.getMetadata().getResourceVersion())
                    .delete();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    private void letGo(Pod pod) {
        LOG.warn(
                "Letting pod {}/{} go: its task does not exist any more",
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName());
        actions.letGo(pod);
    }

    private static boolean heldAndDeleted(Pod pod) {
        return pod.isMarkedForDeletion() && pod.getMetadata().getFinalizers().contains(Labels.OUTCOME_FINALIZER);
    }

    private boolean orphaned(Pod pod) {
        return owner(pod).filter(tasks::mayBeGone).filter(tasks::isGone).isPresent();
    }

    private static String namespace(HasMetadata resource) {
        return resource.getMetadata().getNamespace();
    }

    private static String name(HasMetadata resource) {
        return resource.getMetadata().getName();
    }

    private static Optional<TaskId> owner(Pod pod) {
        return pod.getMetadata().getOwnerReferences().stream()
                .filter(o -> Boolean.TRUE.equals(o.getController()))
                .filter(o -> o.getKind().equals("AgentTask"))
                .findFirst()
                .map(o -> id(pod, o));
    }

    private static TaskId id(Pod pod, OwnerReference owner) {
        return new TaskId(pod.getMetadata().getNamespace(), owner.getName(), owner.getUid());
    }
}
