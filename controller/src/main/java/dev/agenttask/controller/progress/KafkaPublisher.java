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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
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
    private final Supplier<Producer<String, byte @Nullable []>> producers;
    private final Predicate<Consumer<Throwable>> topics;
    private final Duration backoff;
    private final Outbox outbox = new Outbox();
    private final Sequences sequences = new Sequences();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().name("task-publisher").daemon().unstarted(this::run);
    private Optional<Outbox.Item> unsent = Optional.empty();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean lost;

    public KafkaPublisher(KafkaSettings settings) {
        this(settings, () -> producer(settings), new Topics(settings)::create, BACKOFF);
    }

    KafkaPublisher(
            KafkaSettings settings,
            Supplier<Producer<String, byte @Nullable []>> producers,
            Predicate<Consumer<Throwable>> topics,
            Duration backoff) {
        this.settings = settings;
        this.producers = producers;
        this.topics = topics;
        this.backoff = backoff;
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

    /** How many events and states wait to be sent. */
    public long waiting() {
        return outbox.size();
    }

    /** How many were given up, because too many waited or Kafka never takes them. */
    public long dropped() {
        return outbox.dropped() + refused.get();
    }

    /** Whether the broker took what was sent last. */
    public boolean connected() {
        return !lost;
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

    /** Only {@link #close} ends it: a broker whose name is not known today may be there tomorrow. */
    private void run() {
        do {
            try (var producer = producers.get()) {
                if (topics.test(this::sayLost) && sendAll(producer)) {
                    return;
                }
            } catch (InterruptException e) {
                LOG.debug("No longer publishing");
            } catch (RuntimeException e) {
                sayLost(e);
            }
        } while (pause());
    }

    /** Whether all is sent and nothing more will come. What could not be sent is kept for another producer. */
    private boolean sendAll(Producer<String, byte @Nullable []> producer) {
        unsent = unsent.or(outbox::take);
        while (unsent.isPresent() && closed.getCount() > 0) {
            if (!send(producer, unsent.get())) {
                return false;
            }
            unsent = outbox.take();
        }
        return true;
    }

    /** Whether this record is done with. One that no broker would ever take is dropped. */
    private boolean send(Producer<String, byte @Nullable []> producer, Outbox.Item item) {
        var topic = item.state() ? settings.stateTopic() : settings.progressTopic();
        try {
            producer.send(new ProducerRecord<>(
                            topic, null, item.uid(), item.value().orElse(null), settings.headers()))
                    .get();
            sayBack();
            return true;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (InterruptException e) {
            throw e;
        } catch (ExecutionException e) {
            return dropped(item, e.getCause() == null ? e : e.getCause());
        } catch (KafkaException e) {
            return dropped(item, e);
        }
    }

    private boolean dropped(Outbox.Item item, Throwable why) {
        if (why instanceof RecordTooLargeException
                || why instanceof SerializationException
                || why instanceof InvalidRecordException) {
            refused.incrementAndGet();
            LOG.error("Kafka never takes this record of task {}, it is dropped: {}", item.uid(), why.getMessage());
            return true;
        }
        sayLost(why);
        return false;
    }

    private void sayLost(Throwable e) {
        if (!lost) {
            lost = true;
            LOG.warn("Kafka does not take what is sent, it waits here: {}", e.getMessage());
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
            return !closed.await(backoff.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Producer<String, byte @Nullable []> producer(KafkaSettings settings) {
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
