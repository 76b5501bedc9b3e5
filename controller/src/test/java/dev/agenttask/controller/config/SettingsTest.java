package dev.agenttask.controller.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agenttask.controller.forecast.ForecastRules;
import io.fabric8.kubernetes.api.model.Quantity;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    private Path folder;

    private final Map<String, String> values = new HashMap<>();

    @BeforeEach
    void theLeastThatWorks() throws IOException {
        Files.writeString(folder.resolve("egress.yaml"), "- ports:\n  - {port: 443, protocol: TCP}\n");
        values.put("agenttask.worker-image", "worker:1");
        values.put("agenttask.agent-image", "agent:1");
        values.put("agenttask.egress-file", folder.resolve("egress.yaml").toString());
        values.put("agenttask.kafka.settings", folder.toString());
    }

    @Test
    void what_is_not_set_has_a_default() {
        var settings = settings();
        assertThat(settings.slots().total()).isEqualTo(10);
        assertThat(settings.slots().perNamespace()).isZero();
        assertThat(settings.namespaces()).isEmpty();
        assertThat(settings.kafka()).isEmpty();
        assertThat(settings.rules().progressInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.pods().sandbox().limits()).containsEntry("memory", Quantity.parse("4Gi"));
        assertThat(settings.pods().egress()).hasSize(1);
        assertThat(settings.policy().fields()).containsExactlyInAnyOrder("nodeSelector", "imagePullSecrets");
        assertThat(settings.policy().labelPrefixes()).isEmpty();
        assertThat(settings.forecasts()).isEqualTo(new ForecastRules(true, Duration.ofSeconds(30)));
    }

    @Test
    void a_delay_of_forecasts_that_is_none_is_a_mistake() {
        values.put("agenttask.forecast.delay", "0s");
        assertThatThrownBy(this::settings).hasMessageContaining("agenttask.forecast.delay");
    }

    @Test
    void a_leader_that_would_stop_after_others_may_take_over_is_a_mistake() {
        values.put("agenttask.leader-election.renew-deadline", "15s");
        assertThatThrownBy(this::settings)
                .hasMessageContaining("renew-deadline")
                .hasMessageContaining("lease-duration");
    }

    @Test
    void an_empty_list_of_fields_permits_none() {
        values.put("agenttask.pod.allowed-fields", "");
        assertThat(settings().policy().fields()).isEmpty();
    }

    @Test
    void both_files_of_kafka_are_read_and_the_workers_goes_on_as_it_is_written() throws IOException {
        Files.writeString(folder.resolve("controller.properties"), "bootstrap.servers=kafka:9092\n");
        Files.writeString(folder.resolve("worker.properties"), "bootstrap.servers=kafka:9092\n# worker\n");
        var settings = settings();
        assertThat(settings.kafka().orElseThrow().client()).containsEntry("bootstrap.servers", "kafka:9092");
        assertThat(settings.pods().kafka()).contains("bootstrap.servers=kafka:9092\n# worker\n");
        assertThat(settings.toString()).doesNotContain("sasl");
    }

    @Test
    void every_mistake_is_named_with_its_setting() throws IOException {
        Files.writeString(folder.resolve("controller.properties"), "acks=all\n");
        Files.writeString(folder.resolve("egress.yaml"), "not: a list\n");
        values.putAll(Map.of(
                "agenttask.max-running", "0",
                "agenttask.max-running-per-namespace", "-1",
                "agenttask.pod.allowed-fields", "hostNetwork",
                "agenttask.pod.sandbox-resources", "limits.cpu=2,memory=x",
                "agenttask.pod.home-size", "-1Gi",
                "agenttask.pod.grace", "29s",
                "agenttask.progress-interval", "0s"));
        assertThatThrownBy(this::settings)
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll(
                        "agenttask.max-running must",
                        "agenttask.max-running-per-namespace",
                        "hostNetwork",
                        "'memory=x' is not like",
                        "agenttask.pod.sandbox-resources must limit cpu and memory",
                        "agenttask.pod.home-size",
                        "agenttask.pod.grace must be 30s or more",
                        "agenttask.progress-interval",
                        "must set bootstrap.servers",
                        "worker.properties",
                        "agenttask.egress-file");
    }

    @Test
    void a_missing_egress_file_is_a_mistake() throws IOException {
        Files.delete(folder.resolve("egress.yaml"));
        assertThatThrownBy(this::settings).hasMessageContaining("egress.yaml");
    }

    private Settings settings() {
        var config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(OperatorConfig.class)
                .withDefaultValues(values)
                .build();
        return Settings.of(config.getConfigMapping(OperatorConfig.class));
    }
}
