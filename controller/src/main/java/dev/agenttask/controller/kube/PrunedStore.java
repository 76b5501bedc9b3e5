package dev.agenttask.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;

/** Keeps of each object only what is used: nobody reads who manages which field. */
final class PrunedStore<R extends HasMetadata> extends BasicItemStore<R> {

    PrunedStore() {
        super(Cache::metaNamespaceKeyFunc);
    }

    @Override
    public R put(String key, R resource) {
        resource.getMetadata().setManagedFields(null);
        return super.put(key, resource);
    }
}
