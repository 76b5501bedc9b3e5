package dev.agenttask.controller.kube;

import dev.agenttask.api.forecast.ForecastAnswer;
import dev.agenttask.api.forecast.ForecastPlan;
import dev.agenttask.controller.forecast.Delivered;
import dev.agenttask.controller.forecast.ForecastDecider.ObservedPod;
import dev.agenttask.controller.forecast.ForecastGroup;
import dev.agenttask.controller.pod.ForecastInput;
import dev.agenttask.controller.pod.ForecastPod;
import dev.agenttask.controller.pod.PodSettings;
import dev.agenttask.controller.task.Inputs;
import dev.agenttask.controller.task.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The pods of forecasts at the API server. Their names follow from what they compare: what is there already is taken over if
 * its labels are the forecast's, and never touched otherwise.
 */
final class ForecastPods {

    private static final int OWNERS = 5;

    private final KubernetesClient client;
    private final InputReader inputs;
    private final PodSettings settings;
    private final Set<String> namespaces;

    /**
     * @param namespaces that are worked in; empty is all
     */
    ForecastPods(KubernetesClient client, InputReader inputs, PodSettings settings, Set<String> namespaces) {
        this.client = client;
        this.inputs = inputs;
        this.settings = settings;
        this.namespaces = namespaces;
    }

    /** Every one there is. */
    List<Pod> list() {
        var pods = namespaces.isEmpty()
                ? selected(client.pods().inAnyNamespace())
                : namespaces.stream()
                        .flatMap(namespace -> selected(client.pods().inNamespace(namespace)));
        return pods.filter(ForecastPods::isNamedSo).toList();
    }

    private static Stream<Pod> selected(FilterWatchListDeletable<Pod, PodList, PodResource> pods) {
        return pods
                .withLabels(Map.of(Labels.MANAGED_BY, Labels.AGENTTASK))
                .withLabel(Labels.FORECAST)
                .list()
                .getItems()
                .stream();
    }

    /** Labels alone do not make a pod ours. */
    private static boolean isNamedSo(Pod pod) {
        var metadata = pod.getMetadata();
        return metadata.getName()
                .startsWith(ForecastPlan.ROLE + "-" + metadata.getLabels().get(Labels.FORECAST) + "-");
    }

    /**
     * Makes the network policy, the Secret and the pod, in that order.
     *
     * @return why that is not possible; empty if it was done
     */
    Optional<String> start(ForecastGroup group) {
        var input = input(group);
        var refusal = Optional.of(input.credentialsSecret())
                .filter(name -> !name.isEmpty())
                .flatMap(name ->
                        inputs.credential(input.namespace(), name, group.key().url()))
                .map(ForecastPods::words);
        if (refusal.isPresent()) {
            return refusal;
        }
        var ours = new ArrayList<HasMetadata>();
        var wanted = List.of(
                ForecastPod.policy(input, settings), ForecastPod.secret(input), ForecastPod.pod(input, settings));
        var problem = wanted.stream()
                .flatMap(resource -> create(resource, input, ours).stream())
                .findFirst();
        if (problem.isPresent()) {
            ours.forEach(resource -> client.resource(resource).delete());
        }
        return problem;
    }

    /** What a pod has printed, the first of it. */
    String log(ObservedPod pod) {
        return client.pods()
                .inNamespace(pod.namespace())
                .withName(pod.name())
                .limitBytes(2 * ForecastAnswer.MAX_BYTES)
                .getLog();
    }

    /** Around one that runs on for its grace, the policy stays until OrphanSweep finds it gone. */
    void delete(ObservedPod pod) {
        client.pods().inNamespace(pod.namespace()).withName(pod.name()).delete();
        client.secrets().inNamespace(pod.namespace()).withName(pod.name()).delete();
        if (pod.over()) {
            client.network()
                    .v1()
                    .networkPolicies()
                    .inNamespace(pod.namespace())
                    .withName(pod.name())
                    .delete();
        }
    }

    private static ForecastInput input(ForecastGroup group) {
        var newest = group.results().reversed().stream().limit(OWNERS).toList().reversed();
        return new ForecastInput(
                group.key().namespace(),
                group.name(),
                group.key().id(),
                group.plan(),
                group.key().credentialsSecret(),
                newest.stream().map(Delivered::resource).toList());
    }

    /** Why it is not there; empty if it is. */
    private Optional<String> create(HasMetadata resource, ForecastInput input, List<HasMetadata> ours) {
        try {
            ours.add(client.resource(resource).create());
            return Optional.empty();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                return Optional.of("The cluster refused what the forecast needs: " + e.getMessage());
            }
            var existing = client.resource(resource).get();
            if (existing != null && !belongs(existing, resource, input)) {
                return Optional.of("A " + resource.getKind() + " named " + input.name()
                        + " is there already and is not the operator's. Delete it.");
            }
            Optional.ofNullable(existing).ifPresent(ours::add);
            return Optional.empty();
        }
    }

    private static boolean belongs(HasMetadata existing, HasMetadata wanted, ForecastInput input) {
        var labels = Optional.ofNullable(existing.getMetadata().getLabels()).orElse(Map.of());
        var owners = wanted.getMetadata().getOwnerReferences();
        return labels.entrySet().containsAll(input.labels().entrySet())
                && existing.getMetadata().getOwnerReferences().containsAll(owners);
    }

    private static String words(Inputs inputs) {
        return switch (inputs) {
            case Inputs.Missing missing -> missing.message();
            case Inputs.Refused refused -> refused.message();
            case Inputs.NotLookedAt n -> "";
            case Inputs.Ready r -> "";
        };
    }
}
