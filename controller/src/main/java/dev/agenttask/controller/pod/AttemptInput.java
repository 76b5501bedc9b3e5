package dev.agenttask.controller.pod;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.controller.task.AttemptNames;
import dev.agenttask.controller.task.Labels;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;

/**
 * What an attempt is made of.
 *
 * @param task the resource
 * @param number 1 for the first try
 * @param prompt what the agent is told
 */
public record AttemptInput(AgentTask task, int number, String prompt) {

    TaskId id() {
        return AttemptNames.id(task);
    }

    /** The name of the pod, the Secret and the network policy. */
    public String name() {
        return AttemptNames.pod(id(), number);
    }

    /** Metadata that everything of the attempt shares: the name, the labels and the task as the owner. */
    ObjectMeta metadata() {
        return new ObjectMetaBuilder()
                .withName(name())
                .withNamespace(id().namespace())
                .withLabels(Labels.of(id(), number))
                .withOwnerReferences(owner())
                .build();
    }

    private OwnerReference owner() {
        return new OwnerReferenceBuilder()
                .withApiVersion(task.getApiVersion())
                .withKind(task.getKind())
                .withName(id().name())
                .withUid(id().uid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }
}
