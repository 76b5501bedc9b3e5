package dev.agenttask.e2e.soak;

import dev.agenttask.e2e.Installation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The operator's own pods: which of them leads, and what each of them said, also when it is gone. */
final class Controllers {

    private final Installation installation;
    private final Map<String, String> logs = new LinkedHashMap<>();

    Controllers(Installation installation) {
        this.installation = installation;
    }

    List<Pod> pods() {
        return installation
                .client()
                .pods()
                .inNamespace(installation.namespace())
                .withLabel("app.kubernetes.io/component", "controller")
                .list()
                .getItems();
    }

    /** The pod that holds the lease; the first one where there is none. */
    Optional<Pod> leader() {
        var holders = installation.client().leases().inNamespace(installation.namespace()).list().getItems().stream()
                .flatMap(lease -> Stream.ofNullable(lease.getSpec().getHolderIdentity()))
                .toList();
        var pods = pods().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
        return pods.stream()
                .filter(pod -> holders.stream()
                        .anyMatch(holder -> holder.contains(pod.getMetadata().getName())))
                .findFirst()
                .or(() -> pods.stream().findFirst());
    }

    /** Keeps what they have said so far, before one of them goes. */
    void keepLogs() {
        for (var pod : pods()) {
            try {
                var log = installation.client().pods().resource(pod).getLog();
                logs.put(pod.getMetadata().getName(), log);
            } catch (KubernetesClientException e) {
                logs.putIfAbsent(pod.getMetadata().getName(), "no log: " + e.getMessage());
            }
        }
    }

    /** What they said of a task, and what went wrong meanwhile. */
    String logsOf(String namespace, String task) {
        var builder = new StringBuilder();
        logs.forEach((pod, log) -> log.lines()
                .filter(line ->
                        line.contains("namespace=" + namespace + " task=" + task + " ") || line.contains("level=ERROR"))
                .forEach(line -> builder.append(pod).append(": ").append(line).append('\n')));
        return builder.toString();
    }
}
