package dev.agenttask.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;

/** Takes our finalizers from what they are on. */
record Finalizers(KubernetesClient client) {

    private static final PatchContext JSON = PatchContext.of(PatchType.JSON);

    /**
     * Takes one finalizer away, if it is there. Others stay, and it is taken only from where it was seen.
     *
     * @throws KubernetesClientException if the API server does not answer, or the finalizers are others by now
     */
    void take(String finalizer, HasMetadata resource) {
        var place = resource.getMetadata().getFinalizers().indexOf(finalizer);
        if (place < 0) {
            return;
        }
        var path = "/metadata/finalizers/" + place;
        var change =
                List.of(Map.of("op", "test", "path", path, "value", finalizer), Map.of("op", "remove", "path", path));
        try {
            client.resource(resource).patch(JSON, Serialization.asJson(change));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }
}
