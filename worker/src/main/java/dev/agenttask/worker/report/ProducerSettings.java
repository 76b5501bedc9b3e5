package dev.agenttask.worker.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The settings of the producer: where and who from the file of the attempt, how from here. */
public final class ProducerSettings {

    private static final Map<String, Object> HOW = Map.ofEntries(
            Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "agenttask-worker"),
            Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
            Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
            Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd"),
            Map.entry(ProducerConfig.LINGER_MS_CONFIG, 5),
            Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, 4L << 20),
            // The queue before the producer decides what is dropped, so the producer itself never gives up.
            Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE),
            Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000),
            // The reporter tries again; this is how long its end may be held up.
            Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1_000L),
            Map.entry(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L),
            Map.entry(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, 5_000L),
            Map.entry(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false),
            Map.entry(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, ""));

    private ProducerSettings() {}

    /**
     * What makes a producer with the settings in {@code file}; empty if there is no such file, that is, no Kafka.
     *
     * @throws IOException if the file is there and cannot be read
     */
    public static Optional<Supplier<Producer<String, byte[]>>> read(Path file) throws IOException {
        var settings = new Properties();
        try (var in = Files.newInputStream(file)) {
            settings.load(in);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        settings.putAll(HOW);
        return Optional.of(() -> new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer()));
    }
}
