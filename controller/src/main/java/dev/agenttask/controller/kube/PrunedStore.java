package dev.agenttask.controller.kube;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;

/**
 * Keeps of each object only what is used. Nobody reads who manages which field or what was applied last, and of the
 * spec of a pod no more than its node and its images.
 */
final class PrunedStore<R extends HasMetadata> extends BasicItemStore<R> {

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    PrunedStore() {
        super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public R put(String key, R resource) {
        var metadata = resource.getMetadata();
        metadata.setManagedFields(null);
        if (metadata.getAnnotations() != null) {
            metadata.getAnnotations().remove(LAST_APPLIED);
        }
        if (resource instanceof Pod pod && pod.getSpec() != null) {
            pod.setSpec(new PodSpecBuilder()
                    .withNodeName(pod.getSpec().getNodeName())
                    .withInitContainers(images(pod.getSpec().getInitContainers()))
                    .withContainers(images(pod.getSpec().getContainers()))
                    .build());
        }
        return super.put(key, resource);
    }

    private static List<Container> images(List<Container> containers) {
        return containers.stream()
                .map(c -> new ContainerBuilder()
                        .withName(c.getName())
                        .withImage(c.getImage())
                        .build())
                .toList();
    }
}
