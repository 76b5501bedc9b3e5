package dev.agenttask.worker.report;

import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.worker.report.Segment.Entry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the events of the spool to Kafka from one thread of its own, in order. What Kafka has not acknowledged is sent
 * again, with the numbers it had.
 */
final class KafkaSender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaSender.class);

    private static final Duration FLUSH = Duration.ofSeconds(2);
    private static final Duration LOOK_FOR_EVENTS = Duration.ofMillis(100);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);
    private static final Duration BETWEEN_COMPLAINTS = Duration.ofMinutes(1);

    private final Supplier<Producer<String, byte[]>> connect;
    private final AttemptPlan plan;
    private final Spool spool;
    private final Redactor redactor;
    private final Clock clock;
    private final Thread thread;
    /** Gaps for what the broker refused for what it is, and not for the moment; by number, until it has them. */
    private final ConcurrentMap<Long, Entry> gaps = new ConcurrentSkipListMap<>();

    private Optional<Connection> connection = Optional.empty();
    private Instant complainedAt = Instant.MIN;
    private volatile Instant closeAt = Instant.MAX;

    /**
     * Starts the thread.
     *
     * @param connect makes the producer; tried again when it throws, as when no name can be resolved
     * @param plan names the topic and the key
     * @param spool what to send
     * @param redactor takes secrets out of complaints
     * @param clock for the time that is left in the end
     */
    KafkaSender(
            Supplier<Producer<String, byte[]>> connect, AttemptPlan plan, Spool spool, Redactor redactor, Clock clock) {
        this.connect = connect;
        this.plan = plan;
        this.spool = spool;
        this.redactor = redactor;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("kafka-sender").daemon().start(this::sendAll);
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

    /** A producer, until one of its events fails: what came after that event is sent again, too. */
    private final class Connection {

        private final Producer<String, byte[]> producer = connect.get();
        private final Set<Entry> takenGaps = new HashSet<>();
        private volatile boolean broken;

        /** Whether the producer has the event now; otherwise it is to be tried again. */
        boolean take(Entry entry) {
            var message = new ProducerRecord<>(plan.progressTopic(), plan.task().uid(), entry.json());
            var sent = producer.send(message, (metadata, failure) -> acknowledge(entry, failure));
            if (sent.state() != Future.State.FAILED) {
                return true;
            }
            // There is no broker to ask where the topic is, or it does not know us.
            var failure = sent.exceptionNow();
            if (isOfTheEvent(failure)) {
                refuse(entry);
                return true;
            }
            complain(failure);
            return false;
        }

        /** The next gap that the producer does not have. */
        Optional<Entry> nextGap() {
            var next = gaps.values().stream()
                    .filter(gap -> !takenGaps.contains(gap))
                    .findFirst();
            next.ifPresent(takenGaps::add);
            return next;
        }

        private void acknowledge(Entry entry, @Nullable Exception failure) {
            if (failure == null) {
                gaps.remove(entry.sequence(), entry);
                if (!broken) {
                    spool.acknowledge(entry.sequence());
                }
            } else if (Thread.currentThread() != thread) {
                if (isOfTheEvent(failure)) {
                    refuse(entry);
                } else {
                    broken = true;
                    complain(failure);
                }
            }
        }
    }

    /** A gap goes in the event's place. Where the broker does not want that either, nothing does. */
    private void refuse(Entry entry) {
        if (!gaps.remove(entry.sequence(), entry)) {
            gaps.put(entry.sequence(), Spool.gap(entry));
        }
    }

    private void sendAll() {
        try {
            while (clock.instant().isBefore(closeAt) && !(isClosing() && isDone())) {
                reconnectIfBroken();
                var gap = connection.flatMap(Connection::nextGap);
                var entry = gap.isPresent() ? gap : spool.next(LOOK_FOR_EVENTS);
                while (entry.isPresent() && clock.instant().isBefore(closeAt) && !hasTaken(entry.get())) {
                    pause();
                }
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("told to end", e);
        } finally {
            connection.ifPresent(c -> c.producer.close(untilClosed()));
        }
    }

    private boolean hasTaken(Entry entry) {
        try {
            if (connection.isEmpty()) {
                connection = Optional.of(new Connection());
            }
            return connection.get().take(entry);
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            complain(e);
            connection.ifPresent(c -> c.broken = true);
            // With a broken connection it comes again, and all that came before and was not acknowledged.
            return connection.isPresent();
        }
    }

    private void reconnectIfBroken() throws InterruptedException {
        if (connection.isPresent() && connection.get().broken) {
            connection.get().producer.close(Duration.ZERO);
            connection = Optional.empty();
            spool.rewind();
            pause();
        }
    }

    private static boolean isOfTheEvent(Throwable failure) {
        return failure instanceof RecordTooLargeException
                || failure instanceof RecordBatchTooLargeException
                || failure instanceof InvalidRecordException
                || failure instanceof SerializationException;
    }

    private boolean isDone() {
        return spool.isReadToItsEnd() && gaps.isEmpty();
    }

    /** What the sending thread alone calls, so it may wait: for the next try, or for the end. */
    private void pause() throws InterruptedException {
        synchronized (this) {
            wait(BETWEEN_TRIES.toMillis());
        }
    }

    private boolean isClosing() {
        return !closeAt.equals(Instant.MAX);
    }

    private Duration untilClosed() {
        var left = Duration.between(clock.instant(), closeAt);
        return left.isNegative() || left.compareTo(FLUSH) > 0 ? Duration.ZERO : left;
    }

    private synchronized void complain(Throwable e) {
        var now = clock.instant();
        if (complainedAt.equals(Instant.MIN) || now.isAfter(complainedAt.plus(BETWEEN_COMPLAINTS))) {
            complainedAt = now;
            LOG.warn("Kafka does not take events: {}", redactor.redact(String.valueOf(e.getMessage())));
        }
    }
}
