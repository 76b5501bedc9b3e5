package dev.agenttask.controller.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.api.event.EventData;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaPublisherTest {

    private static final TaskId FIX = new TaskId("team", "fix", "uid-fix");
    private static final TaskId OTHER = new TaskId("team", "other", "uid-other");

    private final Deque<Supplier<Producer<String, byte @Nullable []>>> attempts = new ArrayDeque<>();
    private final MockProducer<String, byte @Nullable []> working = working();
    private final CountDownLatch told = new CountDownLatch(1);
    private final KafkaPublisher publisher = new KafkaPublisher(
            new KafkaSettings(Map.of(), "progress", "state", "operator"), this::next, _ -> true, Duration.ofMillis(1));

    @AfterEach
    void stop() {
        publisher.close();
    }

    @Test
    void a_broker_whose_name_is_not_known_at_first_is_told_everything_later() {
        attempts.add(() -> {
            throw new ConfigException("No resolvable bootstrap urls given in bootstrap.servers");
        });
        attempts.add(() -> {
            throw new KafkaException("Failed to construct kafka producer");
        });
        publisher.start();
        state(FIX);
        awaitSent(FIX);
    }

    @Test
    void a_state_and_a_tombstone_outlast_a_user_without_rights() {
        attempts.add(() -> refusing(new TopicAuthorizationException("Not authorized to access topics: [state]")));
        attempts.add(() -> refusing(new TopicAuthorizationException("Not authorized to access topics: [state]")));
        state(FIX);
        publisher.delete(OTHER);
        publisher.start();
        awaitSent(FIX, OTHER);
    }

    @Test
    void a_record_that_no_broker_would_take_holds_up_no_other() {
        var picky =
                new MockProducer<String, byte @Nullable []>(
                        true, null, new StringSerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized Future<RecordMetadata> send(ProducerRecord<String, byte @Nullable []> record) {
                        sendException =
                                record.key().equals(FIX.uid()) ? new RecordTooLargeException("too large") : null;
                        return super.send(record);
                    }
                };
        attempts.add(() -> picky);
        state(FIX);
        state(OTHER);
        publisher.start();
        awaitKeys(picky, OTHER);
        assertThat(publisher.dropped()).isEqualTo(1);
    }

    @Test
    void it_tells_what_waits_and_whether_the_broker_takes_it() {
        attempts.add(() -> {
            throw new KafkaException("Failed to construct kafka producer");
        });
        attempts.add(() -> {
            Awaitility.await().until(() -> told.getCount() == 0);
            return working;
        });
        state(FIX);
        publisher.start();
        Awaitility.await().until(() -> !publisher.connected());
        assertThat(publisher.waiting()).isEqualTo(1);
        told.countDown();
        awaitSent(FIX);
        Awaitility.await().until(publisher::connected);
        assertThat(publisher.waiting()).isZero();
    }

    private Producer<String, byte @Nullable []> next() {
        var attempt = attempts.poll();
        return attempt == null ? working : attempt.get();
    }

    private void state(TaskId task) {
        publisher.publish(
                task, 1, Instant.EPOCH, new EventData.State(task.namespace(), task.name(), AgentTaskStatus.NONE));
    }

    private void awaitSent(TaskId... tasks) {
        awaitKeys(working, tasks);
    }

    private static void awaitKeys(MockProducer<String, byte @Nullable []> producer, TaskId... tasks) {
        var keys = List.of(tasks).stream().map(TaskId::uid).toList();
        Awaitility.await().pollInterval(Duration.ofMillis(5)).untilAsserted(() -> assertThat(producer.history())
                .extracting(ProducerRecord::key)
                .isEqualTo(keys));
    }

    private static MockProducer<String, byte @Nullable []> working() {
        return new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    }

    private static Producer<String, byte @Nullable []> refusing(RuntimeException why) {
        var producer = working();
        producer.sendException = why;
        return producer;
    }
}
