package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.controller.task.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the operator does last, when it is uninstalled: it lets go of all that only it could let go, so that tasks, pods
 * and namespaces can be deleted without it. Tasks stay, and running pods go on to their end.
 */
public final class Farewell {

    private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);
    private static final Map<String, String> OURS = Map.of(Labels.MANAGED_BY, Labels.AGENTTASK);
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;
    private final Set<String> namespaces;
    private final Finalizers finalizers;

    /**
     * @param namespaces that the operator works in; empty is all
     */
    public Farewell(KubernetesClient client, Set<String> namespaces) {
        this.client = client;
        this.namespaces = namespaces;
        this.finalizers = new Finalizers(client);
    }

    /**
     * Lets everything go. No controller may work any more: it would hold it again.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server does not answer or refuses
     */
    public void say() {
        var pods = all(client.pods(), OURS).toList();
        var policies = all(client.network().v1().networkPolicies(), OURS).toList();
        pods.forEach(pod -> policies.stream().filter(p -> isOf(p, pod)).forEach(p -> leaveTo(pod, p)));
        pods.forEach(pod -> finalizers.take(Labels.OUTCOME_FINALIZER, pod));
        var tasks = all(client.resources(AgentTask.class), Map.of()).toList();
        tasks.forEach(task -> finalizers.take(Labels.CLEANUP_FINALIZER, task));
        LOG.info("Let {} tasks and {} pods go", tasks.size(), pods.size());
    }

    /** From now on garbage collection removes the policy when the pod is gone. */
    private void leaveTo(Pod pod, NetworkPolicy policy) {
        var owner = new OwnerReferenceBuilder()
                .withApiVersion(pod.getApiVersion())
                .withKind(pod.getKind())
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .build();
        client.resource(policy)
                .patch(MERGE, Serialization.asJson(Map.of("metadata", Map.of("ownerReferences", List.of(owner)))));
    }

    private <R extends HasMetadata> Stream<R> all(
            MixedOperation<R, ? extends KubernetesResourceList<R>, ?> resources, Map<String, String> labels) {
        return namespaces.isEmpty()
                ? resources.inAnyNamespace().withLabels(labels).list().getItems().stream()
                : namespaces.stream()
                        .flatMap(n -> resources.inNamespace(n).withLabels(labels).list().getItems().stream());
    }

    private static boolean isOf(NetworkPolicy policy, Pod pod) {
        return policy.getMetadata().getName().equals(pod.getMetadata().getName())
                && policy.getMetadata().getNamespace().equals(pod.getMetadata().getNamespace());
    }
}
