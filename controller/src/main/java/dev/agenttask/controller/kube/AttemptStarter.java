package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.controller.pod.AttemptInput;
import dev.agenttask.controller.pod.AttemptPolicy;
import dev.agenttask.controller.pod.AttemptSecret;
import dev.agenttask.controller.pod.PodSettings;
import dev.agenttask.controller.pod.WorkerPod;
import dev.agenttask.controller.task.Inputs;
import dev.agenttask.controller.task.PodReader;
import dev.agenttask.controller.task.Reasons;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Makes what an attempt needs, in the order in which nothing is ever unprotected: the network policy, the Secret, the
 * pod. What is there already is taken over if the task owns it, and never touched otherwise.
 */
final class AttemptStarter {

    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;
    private final PodSettings settings;

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
        var ours = new ArrayList<HasMetadata>();
        try {
            ours.add(createOrAdopt(AttemptPolicy.of(input, settings), task, this::create));
            ours.add(createOrAdopt(AttemptSecret.of(input, settings), task, this::create));
            createOrAdopt(WorkerPod.of(input, settings), task, createPod);
            return Optional.empty();
        } catch (NameTakenException e) {
            ours.forEach(resource -> client.resource(resource).delete());
            return Optional.of(new Inputs.Refused(Reasons.NAME_TAKEN, e.getMessage()));
        } catch (KubernetesClientException e) {
            var refusal = refusal(e).orElseThrow(() -> e);
            ours.forEach(resource -> client.resource(resource).delete());
            return Optional.of(refusal);
        }
    }

    private <R extends HasMetadata> R create(R resource) {
        return client.resource(resource).create();
    }

    private <R extends HasMetadata> R createOrAdopt(R resource, AgentTask task, UnaryOperator<R> create)
            throws NameTakenException {
        try {
            return create.apply(resource);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            var existing = client.resource(resource).get();
            if (existing == null) {
                throw e;
            }
            if (!PodReader.controlledBy(existing, task.getMetadata().getUid())) {
                throw new NameTakenException(existing);
            }
            return existing;
        }
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
        var ofOperator = message.contains("cannot create resource") || message.contains("being terminated");
        return ofOperator
                ? Optional.empty()
                : Optional.of(new Inputs.Refused(
                        Reasons.POD_REFUSED, "The cluster refused what the attempt needs: " + message));
    }

    /** Something of that name is there, and belongs to someone else. */
    private static final class NameTakenException extends Exception {

        NameTakenException(HasMetadata existing) {
            super("A " + existing.getKind() + " named " + existing.getMetadata().getName()
                    + " is there already and does not belong to this task. Delete it, and create the task again.");
        }
    }
}
