package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.controller.pod.AttemptInput;
import dev.agenttask.controller.pod.AttemptPolicy;
import dev.agenttask.controller.pod.AttemptSecret;
import dev.agenttask.controller.pod.PodSettings;
import dev.agenttask.controller.pod.WorkerPod;
import dev.agenttask.controller.task.Inputs;
import dev.agenttask.controller.task.Labels;
import dev.agenttask.controller.task.PodReader;
import dev.agenttask.controller.task.Reasons;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Makes what an attempt needs, in the order in which nothing is ever unprotected: the network policy, the Secret, the
 * pod. A request that got no answer may have been carried out: what is there already is taken over if it is the task's,
 * and never touched otherwise.
 */
final class AttemptStarter {

    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;
    private final PodSettings settings;
    private final Set<String> starting = ConcurrentHashMap.newKeySet();

    AttemptStarter(KubernetesClient client, PodSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    /**
     * Starts an attempt.
     *
     * @param createPod makes the pod in a way that the cache of pods knows it at once
     * @return why it could not be started, and whether waiting helps; empty if it was
     * @throws KubernetesClientException if the API server does not answer or the operator lacks a right
     */
    Optional<Inputs> start(AgentTask task, int number, String prompt, UnaryOperator<Pod> createPod) {
        var input = new AttemptInput(task, number, prompt);
        var key = key(task.getMetadata().getNamespace(), input.name());
        starting.add(key);
        try {
            return make(task, input, createPod);
        } finally {
            starting.remove(key);
        }
    }

    /** Whether an attempt is being started whose pod may not be there yet. */
    boolean isStarting(String namespace, String name) {
        return starting.contains(key(namespace, name));
    }

    private Optional<Inputs> make(AgentTask task, AttemptInput input, UnaryOperator<Pod> createPod) {
        var made = new ArrayList<HasMetadata>();
        try {
            made.add(createAnew(AttemptPolicy.of(input, settings), task));
            made.add(createAnew(AttemptSecret.of(input, settings), task));
            createOrAdopt(WorkerPod.of(input, settings), task, createPod);
            return Optional.empty();
        } catch (NameTakenException e) {
            made.forEach(resource -> client.resource(resource).delete());
            return Optional.of(new Inputs.Refused(Reasons.NAME_TAKEN, e.getMessage()));
        } catch (KubernetesClientException e) {
            var refusal = refusal(e).orElseThrow(() -> e);
            // A quota that the pod itself fills refuses to make it a second time.
            if (pod(task, input.name()).filter(p -> belongs(p, task)).isPresent()) {
                return Optional.empty();
            }
            made.forEach(resource -> client.resource(resource).delete());
            return Optional.of(refusal);
        }
    }

    /** What an earlier try left may be from other settings: it stays beside its pod, and is made anew otherwise. */
    private <R extends HasMetadata> R createAnew(R resource, AgentTask task) throws NameTakenException {
        var existing = createOrAdopt(resource, task, r -> client.resource(r).create());
        if (existing.adopted() && pod(task, resource.getMetadata().getName()).isEmpty()) {
            client.resource(existing.resource()).delete();
            return client.resource(resource).create();
        }
        return existing.resource();
    }

    private <R extends HasMetadata> Present<R> createOrAdopt(R resource, AgentTask task, UnaryOperator<R> create)
            throws NameTakenException {
        try {
            return new Present<>(create.apply(resource), false);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            var existing = client.resource(resource).get();
            if (existing == null) {
                throw e;
            }
            if (!belongs(existing, task)) {
                throw new NameTakenException(existing);
            }
            return new Present<>(existing, true);
        }
    }

    private Optional<Pod> pod(AgentTask task, String name) {
        return Optional.ofNullable(client.pods()
                .inNamespace(task.getMetadata().getNamespace())
                .withName(name)
                .get());
    }

    /** A network policy has no owner: it outlives its task for as long as the pod needs. */
    private static boolean belongs(HasMetadata resource, AgentTask task) {
        var uid = task.getMetadata().getUid();
        return resource instanceof NetworkPolicy
                ? uid.equals(Optional.ofNullable(resource.getMetadata().getLabels())
                        .map(labels -> labels.get(Labels.TASK_UID))
                        .orElse(""))
                : PodReader.controlledBy(resource, uid);
    }

    private static String key(String namespace, String name) {
        return namespace + "/" + name;
    }

    /** What the API server's refusal means for the task; empty if it is the operator's or the server's trouble. */
    private static Optional<Inputs> refusal(KubernetesClientException e) {
        var message = Optional.ofNullable(e.getStatus())
                .flatMap(s -> Optional.ofNullable(s.getMessage()))
                .orElse(String.valueOf(e.getMessage()));
        return switch (e.getCode()) {
            case HttpURLConnection.HTTP_FORBIDDEN -> forbidden(message);
            case HttpURLConnection.HTTP_BAD_REQUEST, UNPROCESSABLE, HttpURLConnection.HTTP_ENTITY_TOO_LARGE ->
                Optional.of(new Inputs.Refused(
                        Reasons.POD_REFUSED, "The cluster refused what the attempt needs: " + message));
            default -> Optional.empty();
        };
    }

    private static Optional<Inputs> forbidden(String message) {
        if (message.contains("exceeded quota")) {
            return Optional.of(new Inputs.Missing(
                    Reasons.QUOTA_EXCEEDED,
                    "The namespace's quota has no room for the attempt: " + message,
                    Optional.empty()));
        }
        // The last one: the controller of service accounts has not seen the new namespace yet.
        var passes = Stream.of("cannot create resource", "being terminated", "error looking up service account")
                .anyMatch(message::contains);
        return passes
                ? Optional.empty()
                : Optional.of(new Inputs.Refused(
                        Reasons.POD_REFUSED, "The cluster refused what the attempt needs: " + message));
    }

    /** What is there now, and whether it was there before. */
    private record Present<R>(R resource, boolean adopted) {}

    /** Something of that name is there, and belongs to someone else. */
    private static final class NameTakenException extends Exception {

        NameTakenException(HasMetadata existing) {
            super("A " + existing.getKind() + " named " + existing.getMetadata().getName()
                    + " is there already and does not belong to this task. Delete it, and create the task again.");
        }
    }
}
