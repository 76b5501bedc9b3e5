package dev.agenttask.controller.pod;

import dev.agenttask.api.attempt.AttemptPlan.Author;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the operator's configuration says about the pods of attempts.
 *
 * @param workerImage of the trusted containers
 * @param agentImage of the sandbox and the clean room, when the task names none
 * @param sandbox resources of the sandbox and the clean room, as far as the task names none
 * @param worker resources of the sidecar
 * @param gitStep resources of clone and deliver
 * @param homeSize bound of the home directory of the sandbox and of the clean room
 * @param tmpSize bound of each {@code /tmp}
 * @param author of the commits
 * @param progressTopic the Kafka topic for progress events
 * @param kafka client settings of the workers' producer; empty when there is no Kafka
 * @param egress where the pods may connect to
 * @param grace between SIGTERM and SIGKILL
 * @param checkpointInterval how often the work of a running agent is pushed to its salvage ref
 */
public record PodSettings(
        String workerImage,
        String agentImage,
        Resources sandbox,
        Resources worker,
        Resources gitStep,
        Quantity homeSize,
        Quantity tmpSize,
        Author author,
        String progressTopic,
        Optional<String> kafka,
        List<NetworkPolicyEgressRule> egress,
        Duration grace,
        Duration checkpointInterval) {

    public PodSettings {
        egress = List.copyOf(egress);
    }

    /**
     * Resources of a container.
     *
     * @param requests what is set aside
     * @param limits what may not be exceeded
     */
    public record Resources(Map<String, Quantity> requests, Map<String, Quantity> limits) {

        public Resources {
            requests = Collections.unmodifiableMap(new TreeMap<>(requests));
            limits = Collections.unmodifiableMap(new TreeMap<>(limits));
        }
    }
}
