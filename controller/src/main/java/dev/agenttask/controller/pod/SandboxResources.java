package dev.agenttask.controller.pod;

import dev.agenttask.api.TaskResources;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the sandbox and the clean room get: what the task asks for, and the operator's defaults for the rest. */
final class SandboxResources {

    private SandboxResources() {}

    /**
     * As Kubernetes does it, a request that is not given is the limit, where the task gives one. A request above a
     * default limit raises that limit.
     */
    static PodSettings.Resources of(@Nullable TaskResources wanted, PodSettings.Resources defaults) {
        if (wanted == null) {
            return defaults;
        }
        var limits = new TreeMap<String, Quantity>(defaults.limits());
        limits.putAll(wanted.limits());
        var requests = new TreeMap<String, Quantity>(defaults.requests());
        requests.putAll(wanted.limits());
        requests.putAll(wanted.requests());
        requests.forEach((name, request) ->
                limits.merge(name, request, (limit, needed) -> limit.compareTo(needed) < 0 ? needed : limit));
        return new PodSettings.Resources(requests, limits);
    }
}
