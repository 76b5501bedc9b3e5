package dev.agenttask.controller.pod;

import dev.agenttask.controller.task.Labels;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;

/** The network policy of an attempt: nobody connects to its pod, and the pod connects to what the operator permits. */
public final class AttemptPolicy {

    private AttemptPolicy() {}

    /**
     * The policy. It must be there before the pod is, and until the pod is gone: so it has no owner, because garbage
     * collection removes what is owned while the pod still has its grace.
     */
    public static NetworkPolicy of(AttemptInput attempt, PodSettings settings) {
        var metadata =
                new ObjectMetaBuilder(attempt.metadata()).withOwnerReferences().build();
        var pod = new LabelSelectorBuilder()
                .addToMatchLabels(Labels.TASK_UID, attempt.id().uid())
                .addToMatchLabels(Labels.ATTEMPT, Integer.toString(attempt.number()))
                .build();
        return of(metadata, pod, settings);
    }

    /** A policy of that metadata for the pods that are selected. */
    static NetworkPolicy of(ObjectMeta metadata, LabelSelector pods, PodSettings settings) {
        return new NetworkPolicyBuilder()
                .withMetadata(metadata)
                .withNewSpec()
                .withPodSelector(pods)
                .withPolicyTypes("Ingress", "Egress")
                .withEgress(settings.egress())
                .endSpec()
                .build();
    }
}
