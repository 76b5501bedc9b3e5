package dev.agenttask.controller.progress;

import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.api.event.ProgressEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the states of tasks that do not exist any more, and has them deleted: a tombstone is lost when the controller
 * ends while the broker is away, and none is sent when someone takes the finalizer from a task. The whole topic is read
 * when a leader begins, and once per hour.
 */
public final class StaleStates implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StaleStates.class);
    private static final Duration INTERVAL = Duration.ofHours(1);
    private static final Duration RETRY = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofSeconds(1);
    /** More than that wait for the next time. */
    private static final int MAX_SUSPECTS = 1000;

    private final KafkaSettings settings;
    private final VanishedTasks tasks;
    private final TaskPublisher publisher;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("stale-states").daemon().factory());

    /** Whether a task is gone. Of one that this operator does not work on, it is never said. */
    public interface VanishedTasks {

        /** Whether it may be gone, as far as the cache knows. */
        boolean mayBeGone(TaskId task);

        /**
         * Whether it is gone for certain.
         *
         * @throws RuntimeException if that cannot be found out now
         */
        boolean isGone(TaskId task);
    }

    public StaleStates(KafkaSettings settings, VanishedTasks tasks, TaskPublisher publisher) {
        this.settings = settings;
        this.tasks = tasks;
        this.publisher = publisher;
    }

    /** Begins to look. */
    public void start() {
        timer.submit(this::run);
    }

    /**
     * Looks at every state once, and sends the tombstones that are missing.
     *
     * @return how many were missing
     * @throws KafkaException if the broker does not answer
     */
    public int sweep() {
        var gone = suspects().values().stream().filter(tasks::isGone).toList();
        gone.forEach(publisher::delete);
        if (!gone.isEmpty()) {
            LOG.info("Deleted the states of {} tasks that do not exist any more", gone.size());
        }
        return gone.size();
    }

    /** Looks no further. What it found it hands to the publisher, which has the last word. */
    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void run() {
        var next = INTERVAL;
        try {
            sweep();
        } catch (RuntimeException e) {
            LOG.debug("Could not look for states of tasks that are gone: {}", e.getMessage());
            next = RETRY;
        }
        if (!timer.isShutdown()) {
            timer.schedule(this::run, next.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private Map<String, TaskId> suspects() {
        try (var consumer = consumer()) {
            var partitions = consumer.partitionsFor(settings.stateTopic()).stream()
                    .map(p -> new TopicPartition(p.topic(), p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var suspects = new LinkedHashMap<String, TaskId>();
            var ends = new HashMap<>(consumer.endOffsets(partitions));
            while (behind(consumer, ends) && !timer.isShutdown()) {
                consumer.poll(POLL).forEach(record -> look(record, suspects));
            }
            return suspects;
        }
    }

    private static boolean behind(KafkaConsumer<String, byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue());
    }

    /** The later record counts: a state that has its tombstone is no suspect. */
    private void look(ConsumerRecord<String, byte[]> record, Map<String, TaskId> suspects) {
        if (record.value() == null) {
            suspects.remove(record.key());
        } else if (suspects.size() < MAX_SUSPECTS && settings.isOwn(record.headers())) {
            task(record.value()).filter(tasks::mayBeGone).ifPresent(task -> suspects.put(record.key(), task));
        }
    }

    private static Optional<TaskId> task(byte[] state) {
        try {
            var event = ProgressEvent.parse(state);
            var slash = event.subject().indexOf('/');
            return slash < 0
                    ? Optional.empty()
                    : Optional.of(new TaskId(
                            event.subject().substring(0, slash),
                            event.subject().substring(slash + 1),
                            event.taskuid()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private KafkaConsumer<String, byte[]> consumer() {
        return new KafkaConsumer<>(
                settings.with(Map.of(
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        "agenttask-controller-states",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                        4 << 20,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        1 << 20,
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        10_000)),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }
}
