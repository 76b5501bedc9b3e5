package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.api.batch.BatchPlan.PlannedTask;
import dev.agenttask.api.batch.BatchProblem;
import dev.agenttask.controller.batch.BatchDecision.Change;
import dev.agenttask.controller.task.Labels;
import dev.agenttask.controller.task.Reasons;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tasks of a batch at the API server. */
final class BatchTasks {

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;

    BatchTasks(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Asks the API server whether it would take the tasks, and returns what it says of those that it would not.
     *
     * @throws KubernetesClientException if it does not answer, or refuses for a reason that has nothing to do with them
     */
    List<BatchProblem> refusals(AgentTaskBatch batch, List<PlannedTask> tasks) {
        return tasks.stream()
                .flatMap(task -> create(batch, task, true).stream())
                .toList();
    }

    /**
     * Creates a task, unless the batch has made it before.
     *
     * @return why the API server does not take it; empty if the task is there
     * @throws KubernetesClientException if the API server does not answer, or refuses for another reason
     */
    Optional<BatchProblem> create(AgentTaskBatch batch, PlannedTask task) {
        return create(batch, task, false);
    }

    private Optional<BatchProblem> create(AgentTaskBatch batch, PlannedTask task, boolean dryRun) {
        var resource = client.resource(resource(batch, task));
        NonDeletingOperation<GenericKubernetesResource> operation = dryRun
                ? resource.dryRun().fieldValidation(FieldValidateable.Validation.STRICT)
                : resource.fieldValidation(FieldValidateable.Validation.STRICT);
        try {
            operation.create();
            return Optional.empty();
        } catch (KubernetesClientException e) {
            return switch (e.getCode()) {
                case HttpURLConnection.HTTP_CONFLICT -> taken(batch, task);
                case HttpURLConnection.HTTP_BAD_REQUEST, UNPROCESSABLE ->
                    Optional.of(
                            problem(task, Reasons.INVALID_ITEM, e.getStatus().getMessage()));
                default -> throw e;
            };
        }
    }

    /** Whether there is no task of that name any more that this batch has made. */
    boolean isGone(AgentTaskBatch batch, String name) {
        var found = task(batch, name).get();
        return found == null || !isOf(found, batch);
    }

    /** Does to a task what a person wishes for its batch. */
    void change(AgentTaskBatch batch, Change change) {
        var suspended = new HashMap<String, Object>();
        suspended.put(Labels.SUSPENDED_WITH_BATCH, null);
        var patch =
                switch (change.kind()) {
                    case CANCEL -> Map.of("spec", Map.of("cancel", true));
                    case SUSPEND ->
                        Map.of(
                                "metadata",
                                Map.of("annotations", Map.of(Labels.SUSPENDED_WITH_BATCH, "true")),
                                "spec",
                                Map.of("suspend", true));
                    case RESUME ->
                        Map.of("metadata", Map.of("annotations", suspended), "spec", Map.of("suspend", false));
                };
        try {
            task(batch, change.task()).patch(MERGE, Serialization.asJson(patch));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    private Optional<BatchProblem> taken(AgentTaskBatch batch, PlannedTask task) {
        var found = task(batch, task.name()).get();
        return found == null || isOf(found, batch)
                ? Optional.empty()
                : Optional.of(
                        problem(
                                task,
                                Reasons.TASK_NAME_TAKEN,
                                "There is an AgentTask " + task.name()
                                        + " that this batch has not made: delete it, or call the batch or the item otherwise."));
    }

    private Resource<AgentTask> task(AgentTaskBatch batch, String name) {
        return client.resources(AgentTask.class)
                .inNamespace(batch.getMetadata().getNamespace())
                .withName(name);
    }

    private static boolean isOf(AgentTask task, AgentTaskBatch batch) {
        return task.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(batch.getMetadata().getUid()));
    }

    private static BatchProblem problem(PlannedTask task, String reason, String message) {
        return new BatchProblem(task.item(), task.name(), reason, message);
    }

    /** Without a schema of our own, so that the API server sees every field that the template has. */
    private static GenericKubernetesResource resource(AgentTaskBatch batch, PlannedTask task) {
        return new GenericKubernetesResourceBuilder()
                .withApiVersion(batch.getApiVersion())
                .withKind(AgentTask.class.getSimpleName())
                .withMetadata(metadata(batch, task))
                .addToAdditionalProperties("spec", task.spec())
                .build();
    }

    private static ObjectMeta metadata(AgentTaskBatch batch, PlannedTask task) {
        var parent = batch.getMetadata();
        return new ObjectMetaBuilder()
                .withName(task.name())
                .withNamespace(parent.getNamespace())
                .withLabels(new HashMap<>(task.labels()))
                .addToLabels(Labels.BATCH, parent.getName())
                .addToLabels(Labels.BATCH_UID, parent.getUid())
                .addToLabels(Labels.ITEM, task.item())
                .withAnnotations(new HashMap<>(task.annotations()))
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(batch.getApiVersion())
                        .withKind(batch.getKind())
                        .withName(parent.getName())
                        .withUid(parent.getUid())
                        .withController(true)
                        .withBlockOwnerDeletion(true)
                        .build())
                .build();
    }
}
