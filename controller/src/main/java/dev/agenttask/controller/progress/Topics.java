package dev.agenttask.controller.progress;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the topics if they are missing and the operator may; otherwise an administrator makes them. */
final class Topics {

    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);
    private static final int PARTITIONS = 6;

    private final KafkaSettings settings;

    Topics(KafkaSettings settings) {
        this.settings = settings;
    }

    /**
     * Makes what is missing.
     *
     * @param lost is told why no broker answered
     * @return whether one did, whatever it said
     */
    boolean create(Consumer<Throwable> lost) {
        var progress = new NewTopic(settings.progressTopic(), Optional.of(PARTITIONS), Optional.empty());
        var state = new NewTopic(settings.stateTopic(), Optional.of(PARTITIONS), Optional.empty())
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        try (var admin = Admin.create(settings.with(Map.of(
                AdminClientConfig.CLIENT_ID_CONFIG, "agenttask-controller-topics",
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 10_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000)))) {
            return Stream.of(progress, state).allMatch(topic -> create(admin, topic, lost));
        }
    }

    /** Whether there is an answer, whatever it is. */
    private static boolean create(Admin admin, NewTopic topic, Consumer<Throwable> lost) {
        try {
            admin.createTopics(List.of(topic)).all().get();
            LOG.info("Made topic {}", topic.name());
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return true;
            }
            if (e.getCause() instanceof RetriableException) {
                lost.accept(e.getCause());
                return false;
            }
            LOG.info("Did not make topic {}: {}", topic.name(), e.getMessage());
            return true;
        } catch (KafkaException e) {
            lost.accept(e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
