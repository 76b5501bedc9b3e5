package dev.agenttask.controller.pod;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Repository;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.controller.task.AttemptNames;
import dev.agenttask.controller.task.Labels;
import dev.agenttask.controller.task.Reasons;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
     * The salvage refs at which there may be work to go on with, the latest first, where the task wants that. One of the
     * attempts that were lost without a word may have left a checkpoint, or nothing: the clone finds out. What is before
     * one that is known to have left work does not matter, nor what is before one that has undone it.
     */
    List<String> resumeFrom() {
        var refs = new ArrayList<String>();
        if (!task.getSpec().retry().resume()) {
            return refs;
        }
        for (var attempt : before()) {
            var kept = !attempt.wipRef().isEmpty();
            if (kept || attempt.failureClass() == FailureClass.INFRASTRUCTURE) {
                refs.add(AttemptNames.wipRef(id(), attempt.number()));
            }
            if (kept || attempt.reason().equals(Reasons.NO_CHANGE)) {
                break;
            }
        }
        return refs;
    }

    /** The repository to clone: at the base of the work that this attempt goes on with, if it does. */
    Repository repository() {
        var repository = task.getSpec().repository();
        var base = Optional.ofNullable(task.getStatus()).flatMap(s -> Optional.ofNullable(s.base()));
        return resumeFrom().isEmpty()
                ? repository
                : base.map(b -> repository.at(b.commit())).orElse(repository);
    }

    /** The attempts before, the latest first. */
    private List<Attempt> before() {
        return Optional.ofNullable(task.getStatus()).stream()
                .flatMap(s -> s.attempts().stream())
                .filter(a -> a.number() < number)
                .sorted(Comparator.comparingInt(Attempt::number).reversed())
                .toList();
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
