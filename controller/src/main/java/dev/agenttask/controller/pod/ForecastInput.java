package dev.agenttask.controller.pod;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.forecast.ForecastPlan;
import dev.agenttask.controller.task.Labels;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.Map;

/**
 * What a forecast is made of.
 *
 * @param namespace of the tasks
 * @param name of the pod, the Secret and the network policy
 * @param group which results are compared, as a label
 * @param plan what the pod is to do
 * @param credentialsSecret that the repository is read with; empty for none
 * @param tasks some of those whose results are compared, the newest last: the forecast goes when all of them are deleted
 */
public record ForecastInput(
        String namespace,
        String name,
        String group,
        ForecastPlan plan,
        String credentialsSecret,
        List<AgentTask> tasks) {

    public ForecastInput {
        tasks = List.copyOf(tasks);
    }

    /** The labels of everything that belongs to the forecast. */
    public Map<String, String> labels() {
        return Labels.ofForecast(group);
    }

    /** Without an owner. */
    ObjectMeta metadata() {
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(namespace)
                .withLabels(labels())
                .build();
    }

    /** With the tasks as owners. */
    ObjectMeta ownedMetadata() {
        return new ObjectMetaBuilder(metadata())
                .withOwnerReferences(tasks.stream().map(ForecastInput::owner).toList())
                .build();
    }

    private static OwnerReference owner(AgentTask task) {
        return new OwnerReferenceBuilder()
                .withApiVersion(task.getApiVersion())
                .withKind(task.getKind())
                .withName(task.getMetadata().getName())
                .withUid(task.getMetadata().getUid())
                .build();
    }
}
