package dev.agenttask.controller.kube;

import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.controller.task.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cleans up after tasks that do not exist any more, because someone took our finalizer from them, deleted them with
 * {@code --cascade=orphan}, or removed the namespace by force. Nobody is left who wants to know how their pods ended: what
 * still runs is stopped, our finalizer is taken away, which would keep it for ever, and nothing of them stays in memory.
 * Network policies go here whose pods were given up and are gone at last, or were never made.
 */
final class OrphanSweep {

    private static final Logger LOG = LoggerFactory.getLogger(OrphanSweep.class);
    private static final Map<String, String> LABELS = Map.of(Labels.MANAGED_BY, Labels.AGENTTASK);

    private final KubernetesClient client;
    private final TaskEvents events;
    private final ActionRunner actions;
    private final AttemptStarter starter;
    private final AdmissionQueue queue;
    private final Aftermath aftermath;
    private final WatchedTasks tasks;
    private final Set<String> namespaces;

    OrphanSweep(
            KubernetesClient client,
            TaskEvents events,
            ActionRunner actions,
            AttemptStarter starter,
            AdmissionQueue queue,
            Aftermath aftermath,
            WatchedTasks tasks,
            Set<String> namespaces) {
        this.client = client;
        this.events = events;
        this.actions = actions;
        this.starter = starter;
        this.queue = queue;
        this.aftermath = aftermath;
        this.tasks = tasks;
        this.namespaces = namespaces;
    }

    /** Looks at what is in memory, at every pod and at every policy once. What fails now is tried again the next time. */
    void run() {
        try {
            Supplier<Set<String>> existing =
                    () -> events.tasks().map(t -> t.getMetadata().getUid()).collect(Collectors.toSet());
            queue.dropVanished(existing);
            aftermath.dropVanished(existing);
            each(events.pods().filter(this::orphaned), this::end);
            each(
                    policies()
                            .filter(p -> !starter.isStarting(namespace(p), name(p)))
                            .filter(p -> events.pod(namespace(p), name(p)).isEmpty()),
                    this::deleteWithoutPod);
        } catch (RuntimeException e) {
            LOG.warn("Could not look for what has no task any more: {}", e.getMessage());
        }
    }

    /** One that cannot be dealt with does not keep the others. */
    private static <R extends HasMetadata> void each(Stream<R> resources, Consumer<R> action) {
        resources.forEach(resource -> {
            try {
                action.accept(resource);
            } catch (KubernetesClientException e) {
                LOG.warn("Could not clean up {}/{}: {}", namespace(resource), name(resource), e.getMessage());
            }
        });
    }

    private Stream<NetworkPolicy> policies() {
        var all = client.network().v1().networkPolicies();
        var lists = namespaces.isEmpty()
                ? Stream.of(all.inAnyNamespace().withLabels(LABELS).list())
                : namespaces.stream()
                        .map(n -> all.inNamespace(n).withLabels(LABELS).list());
        return lists.flatMap(list -> list.getItems().stream());
    }

    private void deleteWithoutPod(NetworkPolicy policy) {
        var pod = client.pods()
                .inNamespace(namespace(policy))
                .withName(name(policy))
                .get();
        if (pod == null) {
            LOG.info("Deleting network policy {}/{}: its pod is gone", namespace(policy), name(policy));
            delete(policy);
        }
    }

    /** One that was made anew since is another version, and stays. */
    private void delete(HasMetadata resource) {
        try {
            client.resource(resource)
                    .lockResourceVersion(resource.getMetadata().getResourceVersion())
                    .delete();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    /** Told to stop at first, with the time to salvage its work; let go when it was. */
    private void end(Pod pod) {
        var task = task(pod).filter(tasks::isGone);
        if (task.isEmpty()) {
            return;
        }
        if (pod.isMarkedForDeletion()) {
            LOG.warn("Letting pod {}/{} go: its task does not exist any more", namespace(pod), name(pod));
            client.secrets().inNamespace(namespace(pod)).withName(name(pod)).delete();
            actions.letGo(pod);
        } else {
            LOG.warn("Deleting pod {}/{}: its task does not exist any more", namespace(pod), name(pod));
            delete(pod);
        }
    }

    /** By its labels: someone who deletes a task and not what it owns takes the owner from it. */
    private boolean orphaned(Pod pod) {
        var held = pod.getMetadata().getFinalizers().contains(Labels.OUTCOME_FINALIZER);
        return (held || !pod.isMarkedForDeletion())
                && task(pod).filter(tasks::mayBeGone).isPresent();
    }

    private static String namespace(HasMetadata resource) {
        return resource.getMetadata().getNamespace();
    }

    private static String name(HasMetadata resource) {
        return resource.getMetadata().getName();
    }

    private static Optional<TaskId> task(Pod pod) {
        var labels = pod.getMetadata().getLabels();
        var name = labels.get(Labels.TASK);
        var uid = labels.get(Labels.TASK_UID);
        return name == null || uid == null ? Optional.empty() : Optional.of(new TaskId(namespace(pod), name, uid));
    }
}
