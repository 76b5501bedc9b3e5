package dev.agenttask.controller.config;

import dev.agenttask.controller.progress.KafkaSettings;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** The files that the configuration names. */
final class SettingsFiles {

    private static final String CONTROLLER = "controller.properties";
    private static final String WORKER = "worker.properties";

    private final List<String> mistakes;

    SettingsFiles(List<String> mistakes) {
        this.mistakes = mistakes;
    }

    /**
     * The settings of both Kafka clients.
     *
     * @param controller ours, read
     * @param worker theirs, as it is written
     */
    record KafkaFiles(KafkaSettings controller, String worker) {}

    /** Reads both files; empty if neither is there, which means that there is no Kafka. */
    Optional<KafkaFiles> kafka(OperatorConfig.Kafka config) {
        var controller = config.settings().resolve(CONTROLLER);
        var worker = config.settings().resolve(WORKER);
        if (!Files.exists(controller) && !Files.exists(worker)) {
            return Optional.empty();
        }
        try {
            var properties = new Properties();
            properties.load(new StringReader(Files.readString(controller)));
            if (properties.getProperty("bootstrap.servers", "").isBlank()) {
                mistakes.add(controller + " must set bootstrap.servers.");
            }
            return Optional.of(new KafkaFiles(
                    KafkaSettings.of(properties, config.progressTopic(), config.stateTopic()),
                    Files.readString(worker)));
        } catch (IOException | IllegalArgumentException e) {
            mistakes.add("agenttask.kafka.settings: " + config.settings() + " must hold readable files " + CONTROLLER
                    + " and " + WORKER + ", or neither: " + e.getMessage() + ".");
            return Optional.empty();
        }
    }

    /** Reads the egress rules of the tasks' pods. */
    List<NetworkPolicyEgressRule> egress(Path file) {
        try {
            var rules =
                    new KubernetesSerialization().unmarshal(Files.readString(file), NetworkPolicyEgressRule[].class);
            return rules == null ? List.of() : List.of(rules);
        } catch (IOException | RuntimeException e) {
            mistakes.add("agenttask.egress-file: " + file + " must hold a YAML list of NetworkPolicy egress rules: "
                    + rootMessage(e) + ".");
            return List.of();
        }
    }

    private static String rootMessage(Throwable e) {
        return e.getCause() == null ? String.valueOf(e.getMessage()) : rootMessage(e.getCause());
    }
}
