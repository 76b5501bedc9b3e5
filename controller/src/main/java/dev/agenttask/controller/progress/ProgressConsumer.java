package dev.agenttask.controller.progress;

import dev.agenttask.api.event.ProgressEvent;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads progress events from now on, in a thread of its own, of every partition and without a consumer group: each
 * controller wants them all, and none of those from before it started. While the broker is away it tries again.
 */
public final class ProgressConsumer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProgressConsumer.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration REFRESH = Duration.ofSeconds(30);
    private static final Duration BACKOFF = Duration.ofSeconds(5);

    private final KafkaSettings settings;
    private final Consumer<ProgressEvent> heard;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().name("progress-consumer").daemon().unstarted(this::run);
    private volatile boolean lost;
    private volatile long lag;

    /**
     * @param heard is told of every event
     */
    public ProgressConsumer(KafkaSettings settings, Consumer<ProgressEvent> heard) {
        this.settings = settings;
        this.heard = heard;
    }

    /** Begins to read. */
    public void start() {
        thread.start();
    }

    /** How many events the broker has that were not read yet, as it said last. */
    public long lag() {
        return lag;
    }

    /** Whether the broker answered when it was asked last. */
    public boolean connected() {
        return !lost;
    }

    /** Ends the thread. */
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (closed.getCount() > 0) {
            try (var consumer = consumer()) {
                read(consumer);
            } catch (WakeupException | InterruptException e) {
                LOG.debug("No longer reading progress");
            } catch (KafkaException e) {
                sayLost(e);
                pause();
            }
        }
    }

    private void read(KafkaConsumer<String, byte[]> consumer) {
        var assigned = new HashSet<TopicPartition>();
        var refreshAt = 0L;
        while (closed.getCount() > 0) {
            if (System.nanoTime() - refreshAt >= 0 || assigned.isEmpty()) {
                assign(consumer, assigned);
                refreshAt = System.nanoTime() + REFRESH.toNanos();
            }
            if (assigned.isEmpty()) {
                pause();
                continue;
            }
            consumer.poll(POLL).forEach(r -> accept(r.value()));
            lag = assigned.stream()
                    .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                    .sum();
        }
    }

    /** Partitions that are there at the start are read from their end; one that comes later is read as a whole. */
    private void assign(KafkaConsumer<String, byte[]> consumer, Set<TopicPartition> assigned) {
        var there = consumer.partitionsFor(settings.progressTopic()).stream()
                .map(p -> new TopicPartition(p.topic(), p.partition()))
                .toList();
        var first = assigned.isEmpty();
        if (assigned.addAll(there)) {
            var known = consumer.assignment();
            var added = there.stream().filter(p -> !known.contains(p)).toList();
            consumer.assign(List.copyOf(assigned));
            if (first) {
                consumer.seekToEnd(added);
            } else {
                consumer.seekToBeginning(added);
            }
        }
        if (lost) {
            lost = false;
            LOG.info("Kafka is back: reading {}", settings.progressTopic());
        }
    }

    private void accept(byte[] value) {
        try {
            heard.accept(ProgressEvent.parse(value));
        } catch (RuntimeException e) {
            LOG.debug("Skipped a record of {}: {}", settings.progressTopic(), e.getMessage());
        }
    }

    private void sayLost(KafkaException e) {
        if (!lost) {
            lost = true;
            LOG.warn("Kafka is away, progress comes from the pods alone: {}", e.getMessage());
        }
    }

    private void pause() {
        try {
            closed.await(BACKOFF.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed.countDown();
        }
    }

    private KafkaConsumer<String, byte[]> consumer() {
        return new KafkaConsumer<>(
                settings.with(Map.of(
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        "agenttask-controller-progress",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "latest",
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                        4 << 20,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        1 << 20,
                        ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        10_000,
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        10_000)),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }
}
