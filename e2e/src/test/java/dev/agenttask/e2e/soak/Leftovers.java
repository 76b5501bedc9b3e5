package dev.agenttask.e2e.soak;

import dev.agenttask.api.AgentTask;
import dev.agenttask.e2e.SingleNode;
import dev.agenttask.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** What is still there once the tasks of a round are deleted: in the API server, and on the node. */
final class Leftovers {

    /** Longer than the kubelet needs to remove the folder of a pod. */
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final TestNamespace namespace;
    private final SingleNode node = new SingleNode();

    Leftovers(TestNamespace namespace) {
        this.namespace = namespace;
    }

    /** Deletes all tasks, and waits until nothing is left, or returns what is left then. */
    List<String> afterDeletion(Sight sight) {
        namespace
                .client()
                .resources(AgentTask.class)
                .inNamespace(namespace.name())
                .delete();
        var found = new ArrayList<String>();
        try {
            Awaitility.await()
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofSeconds(1))
                    .pollInSameThread()
                    .until(() -> {
                        found.clear();
                        found.addAll(left(sight.pods()));
                        return found.isEmpty();
                    });
        } catch (ConditionTimeoutException e) {
            return List.copyOf(found);
        }
        return List.of();
    }

    private List<String> left(List<Pod> pods) throws IOException, InterruptedException {
        var client = namespace.client();
        var label = "app.kubernetes.io/managed-by";
        var objects = Stream.of(
                        client.resources(AgentTask.class)
                                .inNamespace(namespace.name())
                                .list()
                                .getItems(),
                        client.pods()
                                .inNamespace(namespace.name())
                                .withLabel(label, "agenttask")
                                .list()
                                .getItems(),
                        client.secrets()
                                .inNamespace(namespace.name())
                                .withLabel(label, "agenttask")
                                .list()
                                .getItems(),
                        client.network()
                                .v1()
                                .networkPolicies()
                                .inNamespace(namespace.name())
                                .withLabel(label, "agenttask")
                                .list()
                                .getItems())
                .flatMap(List::stream)
                .map(Leftovers::words);
        var onNode = Soak.SINGLE_NODE && !pods.isEmpty()
                ? node.remains(
                        pods.stream().map(pod -> pod.getMetadata().getUid()).toList())
                : List.<String>of();
        return Stream.concat(objects, onNode.stream()).toList();
    }

    private static String words(HasMetadata resource) {
        var metadata = resource.getMetadata();
        return resource.getKind() + " " + metadata.getName() + ", finalizers " + metadata.getFinalizers()
                + ", deleted at " + metadata.getDeletionTimestamp();
    }
}
