package dev.agenttask.controller.progress;

import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends events and states to Kafka from a thread of its own, in order. While the broker is away they wait, within
 * bounds: of a state only the latest, of events the newest.
 */
public final class KafkaPublisher implements TaskPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaPublisher.class);
    private static final Duration BACKOFF = Duration.ofSeconds(2);
    private static final Duration GOODBYE = Duration.ofSeconds(5);

    private final KafkaSettings settings;
    private final Topics topics;
    private final Outbox outbox = new Outbox();
    private final Sequences sequences = new Sequences();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().name("task-publisher").daemon().unstarted(this::run);
    private boolean lost;

    public KafkaPublisher(KafkaSettings settings) {
        this.settings = settings;
        this.topics = new Topics(settings);
    }

    /** Begins to send. */
    public void start() {
        thread.start();
    }

    @Override
    public void publish(TaskId task, int attempt, Instant time, EventData data) {
        var event =
                ProgressEvent.of(ProgressEvent.CONTROLLER, task, attempt, sequences.next(task.uid(), time), time, data);
        if (data instanceof EventData.State) {
            outbox.state(task.uid(), Optional.of(event.toJson()));
        } else {
            outbox.event(task.uid(), event.toJson());
        }
    }

    @Override
    public void delete(TaskId task) {
        sequences.forget(task.uid());
        outbox.state(task.uid(), Optional.empty());
    }

    /** Sends what is waiting, for a few seconds at most, and ends. */
    @Override
    public void close() {
        outbox.close();
        try {
            if (!thread.join(GOODBYE)) {
                closed.countDown();
                thread.interrupt();
                thread.join(GOODBYE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (var producer = producer()) {
            topics.createWhenReachable(this::sayLost, this::pause);
            for (var next = outbox.take(); next.isPresent() && closed.getCount() > 0; next = outbox.take()) {
                send(producer, next.get());
            }
        } catch (InterruptException e) {
            LOG.debug("No longer publishing");
        } catch (KafkaException e) {
            LOG.error("Kafka's settings do not work, nothing is published: {}", e.getMessage());
        }
    }

    private void send(KafkaProducer<String, byte @Nullable []> producer, Outbox.Item item) {
        var topic = item.state() ? settings.stateTopic() : settings.progressTopic();
        while (closed.getCount() > 0) {
            try {
                producer.send(new ProducerRecord<>(
                                topic, item.uid(), item.value().orElse(null)))
                        .get();
                sayBack();
                return;
            } catch (ExecutionException e) {
                sayLost(e.getCause() == null ? e : e.getCause());
                if (!(e.getCause() instanceof RetriableException)) {
                    return;
                }
                awaitTopics();
            } catch (KafkaException e) {
                sayLost(e);
                awaitTopics();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** A broker that comes back without its data has no topics either. */
    private void awaitTopics() {
        if (pause()) {
            topics.createWhenReachable(this::sayLost, this::pause);
        }
    }

    private void sayLost(Throwable e) {
        if (!lost) {
            lost = true;
            LOG.warn("Kafka is away, events wait here: {}", e.getMessage());
        }
    }

    private void sayBack() {
        if (lost) {
            lost = false;
            LOG.info("Kafka is back: publishing to {} and {}", settings.progressTopic(), settings.stateTopic());
        }
    }

    /** Whether to go on. */
    private boolean pause() {
        try {
            return !closed.await(BACKOFF.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private KafkaProducer<String, byte @Nullable []> producer() {
        return new KafkaProducer<>(
                settings.with(Map.of(
                        ProducerConfig.CLIENT_ID_CONFIG,
                        "agenttask-controller",
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "zstd",
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        4L << 20,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        10_000,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        5_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        10_000,
                        ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        10_000)),
                new StringSerializer(),
                new ByteArraySerializer());
    }
}
