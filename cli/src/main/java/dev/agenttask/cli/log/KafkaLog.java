package dev.agenttask.cli.log;

import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.cli.exit.PlatformException;
import dev.agenttask.cli.exit.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads the log of an attempt from the topic of progress events. */
public final class KafkaLog implements AutoCloseable {

    private static final Duration REQUEST = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(500);
    /** How much the clocks of a worker and of the API server may differ. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(2);

    private final KafkaConsumer<String, byte[]> consumer;
    private final String topic;
    private final Set<Long> seen = new HashSet<>();
    private boolean ended;

    private KafkaLog(KafkaConsumer<String, byte[]> consumer, String topic) {
        this.consumer = consumer;
        this.topic = topic;
    }

    /**
     * Connects.
     *
     * @param settings a file with the settings of a Kafka client, {@code bootstrap.servers} and others
     * @throws UsageException if it cannot be read, or has wrong settings
     */
    public static KafkaLog open(Path settings, String topic) {
        var properties = new Properties();
        try (var in = Files.newBufferedReader(settings)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UsageException("--kafka-config: " + settings + " cannot be read: " + e.getMessage(), e);
        }
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(REQUEST.toMillis()));
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(REQUEST.toMillis()));
        try {
            return new KafkaLog(
                    new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer()), topic);
        } catch (KafkaException e) {
            throw new UsageException("--kafka-config: " + settings + ": " + words(e), e);
        }
    }

    /**
     * Reads an attempt's log from its beginning.
     *
     * @param uid of the task
     * @param from when the attempt began
     * @param goOn asked when all that there is has been read: whether more is to be waited for
     * @param lines takes each line
     * @throws PlatformException if Kafka does not answer or refuses
     */
    public void read(String uid, int attempt, Instant from, BooleanSupplier goOn, Consumer<String> lines) {
        try {
            var partitions = partitions();
            consumer.assign(partitions);
            seek(partitions, from.minus(CLOCK_SKEW));
            var ends = consumer.endOffsets(partitions);
            while (!ended && (before(ends) || goOn.getAsBoolean())) {
                for (var message : consumer.poll(POLL)) {
                    if (uid.equals(message.key()) && message.value() != null) {
                        take(message.value(), attempt, lines);
                    }
                }
            }
        } catch (KafkaException e) {
            throw new PlatformException("Kafka cannot be read: " + words(e), e);
        }
    }

    private List<TopicPartition> partitions() {
        var partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            throw new PlatformException("Kafka has no topic " + topic + ", or does not show it. See --kafka-topic.");
        }
        return partitions.stream()
                .map(p -> new TopicPartition(topic, p.partition()))
                .toList();
    }

    private void seek(List<TopicPartition> partitions, Instant from) {
        var times = partitions.stream().collect(Collectors.toMap(p -> p, p -> from.toEpochMilli()));
        Map<TopicPartition, OffsetAndTimestamp> offsets = consumer.offsetsForTimes(times);
        offsets.forEach((partition, offset) -> {
            if (offset == null) {
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seek(partition, offset.offset());
            }
        });
    }

    private boolean before(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
    }

    private void take(byte[] json, int attempt, Consumer<String> lines) {
        var event = parse(json).filter(e -> e.attempt() == attempt && e.source().equals(ProgressEvent.WORKER));
        if (event.isPresent() && seen.add(event.get().sequence())) {
            EventLine.of(event.get()).forEach(lines);
            ended = event.get().data() instanceof EventData.Finished;
        }
    }

    /** An event; empty for one of a type that only a newer program knows. */
    private static Optional<ProgressEvent> parse(byte[] json) {
        try {
            return Optional.of(ProgressEvent.parse(json));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String words(KafkaException e) {
        var cause = e.getCause() == null ? e : e.getCause();
        return String.valueOf(cause.getMessage());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
