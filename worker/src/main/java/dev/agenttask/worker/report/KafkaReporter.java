package dev.agenttask.worker.report;

import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends progress events to Kafka from one thread of its own, in order, numbered as they are sent. While the broker is
 * away they wait in a bounded queue.
 */
public final class KafkaReporter implements Reporter, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaReporter.class);

    private static final long QUEUE_BYTES = 8 << 20;
    private static final Duration FLUSH = Duration.ofSeconds(2);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);
    private static final Duration BETWEEN_COMPLAINTS = Duration.ofMinutes(1);

    private final Supplier<Producer<String, byte[]>> connect;
    private final AttemptPlan plan;
    private final Redactor redactor;
    private final Clock clock;
    private final EventQueue queue = new EventQueue(QUEUE_BYTES);
    private final Thread thread;
    private Optional<Producer<String, byte[]>> producer = Optional.empty();
    private Instant complainedAt = Instant.MIN;
    private long sequence;
    private volatile Instant closeAt = Instant.MAX;

    /**
     * Starts the thread.
     *
     * @param connect makes the producer; tried again when it throws, as when no name can be resolved
     * @param plan whose events these are, and the topic
     * @param redactor takes secrets out of every text
     * @param clock for the times of the events
     * @param sequence the number of the first event
     */
    public KafkaReporter(
            Supplier<Producer<String, byte[]>> connect,
            AttemptPlan plan,
            Redactor redactor,
            Clock clock,
            long sequence) {
        this.connect = connect;
        this.plan = plan;
        this.redactor = redactor;
        this.clock = clock;
        this.sequence = sequence;
        this.thread = Thread.ofPlatform().name("kafka-reporter").daemon().start(this::sendAll);
    }

    @Override
    public void report(EventData event) {
        report(event, clock.instant());
    }

    @Override
    public void report(EventData event, Instant at) {
        queue.add(event, at);
    }

    /** Sends what still waits, for two seconds at most. */
    @Override
    public void close() {
        closeAt = clock.instant().plus(FLUSH);
        try {
            thread.join(FLUSH.plus(BETWEEN_TRIES));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendAll() {
        try {
            while (!closing() || !queue.isEmpty() && clock.instant().isBefore(closeAt)) {
                var entry = queue.poll(Duration.ofMillis(100));
                if (entry.isPresent()) {
                    send(entry.get());
                }
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("told to end", e);
        } finally {
            producer.ifPresent(p -> p.close(untilClosed()));
        }
    }

    private void send(EventQueue.Entry entry) throws InterruptedException {
        var event = ProgressEvent.of(
                ProgressEvent.WORKER, plan.task(), plan.attempt(), sequence++, entry.time(), clean(entry.event()));
        var message = new ProducerRecord<>(plan.progressTopic(), plan.task().uid(), event.toJson());
        while (clock.instant().isBefore(closeAt) && !hasTaken(message)) {
            pause();
        }
    }

    /** Whether the producer has the event now, or never will. */
    private boolean hasTaken(ProducerRecord<String, byte[]> message) {
        try {
            var sent = producer().send(message, this::noteLoss);
            // A failure at once is one of ours: there is no broker to ask where the topic is, or it does not know us.
            return sent.state() != Future.State.FAILED || isFinal(sent.exceptionNow());
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            complain(e);
            return false;
        }
    }

    private void noteLoss(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
        if (failure != null) {
            complain(failure);
            if (Thread.currentThread() != thread || isFinal(failure)) {
                queue.lost(1, clock.instant());
            }
        }
    }

    private static boolean isFinal(Throwable failure) {
        return !(failure instanceof RetriableException
                || failure instanceof AuthenticationException
                || failure instanceof AuthorizationException);
    }

    private Producer<String, byte[]> producer() {
        if (producer.isEmpty()) {
            producer = Optional.of(connect.get());
        }
        return producer.get();
    }

    /** What the sending thread alone calls, so it may wait: for the next try, or for the end. */
    private void pause() throws InterruptedException {
        synchronized (this) {
            wait(BETWEEN_TRIES.toMillis());
        }
    }

    private boolean closing() {
        return !closeAt.equals(Instant.MAX);
    }

    private Duration untilClosed() {
        var left = Duration.between(clock.instant(), closeAt);
        return left.isNegative() || left.compareTo(FLUSH) > 0 ? Duration.ZERO : left;
    }

    private synchronized void complain(Exception e) {
        var now = clock.instant();
        if (now.isAfter(complainedAt.plus(BETWEEN_COMPLAINTS)) || complainedAt.equals(Instant.MIN)) {
            complainedAt = now;
            LOG.warn("Kafka does not take events: {}", redactor.redact(String.valueOf(e.getMessage())));
        }
    }

    private EventData clean(EventData event) {
        return switch (event) {
            case EventData.StepFinished e ->
                new EventData.StepFinished(
                        e.step(), e.name(), e.ok(), e.exitCode(), e.durationMillis(), redactor.redact(e.message()));
            case EventData.Finished e ->
                new EventData.Finished(
                        e.outcome(),
                        e.failureClass(),
                        e.reason(),
                        redactor.redact(e.message()),
                        e.branch(),
                        e.commit(),
                        e.wipRef());
            case EventData.Log e -> new EventData.Log(e.step(), redactor.redact(e.text()), e.truncated());
            default -> event;
        };
    }
}
