package dev.agenttask.controller.pod;

import dev.agenttask.api.attempt.AttemptPlan.Author;
import dev.agenttask.controller.pod.PodSettings.Resources;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings of pods to test with. */
public final class TestSettings {

    public static final PodSettings PODS = new PodSettings(
            "registry.example.com/agenttask/worker:1",
            "registry.example.com/agenttask/agent-base:1",
            resources("500m", "1Gi", "2", "4Gi"),
            resources("50m", "128Mi", "1", "512Mi"),
            resources("100m", "256Mi", "2", "1Gi"),
            Quantity.parse("5Gi"),
            Quantity.parse("5Gi"),
            new Author("AgentTask", "agenttask@example.com"),
            "agenttask.progress",
            Optional.of("bootstrap.servers=kafka.example.com:9092\n"),
            List.of(new NetworkPolicyEgressRuleBuilder()
                    .addNewPort()
                    .withProtocol("TCP")
                    .withNewPort(443)
                    .endPort()
                    .build()),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5));

    private TestSettings() {}

    private static Resources resources(String cpu, String memory, String cpuLimit, String memoryLimit) {
        return new Resources(
                Map.of("cpu", Quantity.parse(cpu), "memory", Quantity.parse(memory)),
                Map.of("cpu", Quantity.parse(cpuLimit), "memory", Quantity.parse(memoryLimit)));
    }
}
