package dev.agenttask.controller.pod;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Repository;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.controller.task.AttemptNames;
import dev.agenttask.controller.task.Labels;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Comparator;
import java.util.Optional;

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

    /**
     * The salvage ref of the attempt before, where the task wants to go on with its work. One that was lost without a
     * word may have left a checkpoint there, or nothing: the clone finds out.
     */
    String resumeFrom() {
        if (!task.getSpec().retry().resume()) {
            return "";
        }
        return before().filter(a -> !a.wipRef().isEmpty() || a.failureClass() == FailureClass.INFRASTRUCTURE)
                .map(a -> AttemptNames.wipRef(id(), a.number()))
                .orElse("");
    }

    /** The repository to clone: at the base of the work that this attempt goes on with, if it does. */
    Repository repository() {
        var repository = task.getSpec().repository();
        var base = Optional.ofNullable(task.getStatus()).flatMap(s -> Optional.ofNullable(s.base()));
        return resumeFrom().isEmpty()
                ? repository
                : base.map(b -> repository.at(b.commit())).orElse(repository);
    }

    private Optional<Attempt> before() {
        return Optional.ofNullable(task.getStatus()).stream()
                .flatMap(s -> s.attempts().stream())
                .filter(a -> a.number() < number)
                .max(Comparator.comparingInt(Attempt::number));
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
