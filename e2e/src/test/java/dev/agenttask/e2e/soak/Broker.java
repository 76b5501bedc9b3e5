package dev.agenttask.e2e.soak;

import dev.agenttask.e2e.Installation;
import dev.agenttask.e2e.soak.TopicRecord.Entry;
import dev.agenttask.e2e.soak.TopicRecord.Outage;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The chart's broker: it can be stopped and started, and read with the reader's password. */
final class Broker {

    private static final Duration READING = Duration.ofSeconds(120);

    /** Of this run alone: each reading goes on where the one before it ended. */
    private static final String GROUP = "soak-" + UUID.randomUUID();

    /**
     * Prints key and value of all records that contain one of some texts. Its first argument is the consumer's position in
     * a topic that it has not read yet. The consumer ends by itself when nothing comes for a while; as long as tasks run
     * something always does, and so it is ended some time after the first record. On a busy node it can take longer than
     * that until it is given the topics: a consumer that found nothing at all is followed by another.
     */
    private static final String READER = """
            group=$1 position=$2
            shift 2
            consume() {
              /opt/kafka/bin/kafka-console-consumer.sh --bootstrap-server localhost:9092 \\
                --command-config /etc/agenttask/clients/reader.properties --group $group $position \\
                --include 'agenttask[.](progress|state)' --timeout-ms 4000 \\
                --formatter-property print.key=true >/tmp/topics 2>/tmp/reader.log &
              consumer=$! seconds=0
              while kill -0 $consumer 2>/dev/null && [ $seconds -lt 15 ]; do
                sleep 1
                if [ -s /tmp/topics ]; then seconds=$((seconds + 1)); fi
              done
              kill $consumer 2>/dev/null
              wait $consumer
            }
            for try in 1 2 3 4; do
              consume
              if [ -s /tmp/topics ]; then break; fi
            done
            grep -F "$@" /tmp/topics || true
            """;

    private final Installation installation;
    private TopicRecord record = TopicRecord.EMPTY;
    private Optional<Instant> stoppedAt = Optional.empty();

    Broker(Installation installation) {
        this.installation = installation;
    }

    /** Reads what is there about the tasks, as it will be lost, and stops the broker. */
    void stop(Collection<String> uids) throws Exception {
        stoppedAt = Optional.of(Instant.now());
        read(uids);
        statefulSet().scale(0);
        installation
                .client()
                .pods()
                .inNamespace(installation.namespace())
                .withLabel("app.kubernetes.io/component", "kafka")
                .waitUntilCondition(pod -> pod == null, 1, TimeUnit.MINUTES);
    }

    void start() {
        statefulSet().scale(1);
    }

    /** Starts it if it was stopped, and waits until it answers. */
    void awaitReady() {
        start();
        statefulSet().waitUntilReady(2, TimeUnit.MINUTES);
        stoppedAt.ifPresent(since -> record = record.and(new Outage(since, Instant.now())));
        stoppedAt = Optional.empty();
    }

    /** Whether it was stopped and is not known to answer again. */
    boolean stopped() {
        return stoppedAt.isPresent();
    }

    /** Passes over what is there now, which can be much. */
    static void skip(Installation installation) throws Exception {
        consume(installation, "", List.of("nothing"));
    }

    /** Reads what has come about the tasks, and returns that and all that was read before. */
    TopicRecord read(Collection<String> uids) throws Exception {
        record = record.and(consume(installation, "--from-beginning", uids)
                .lines()
                .map(Entry::parse)
                .flatMap(Optional::stream)
                .toList());
        return record;
    }

    private static String consume(Installation installation, String position, Collection<String> wanted)
            throws Exception {
        var command = new ArrayList<>(List.of("sh", "-c", READER, "sh", GROUP, position));
        wanted.forEach(text -> command.addAll(List.of("-e", text)));
        return installation.exec(installation.pod("kafka"), "kafka", READING, command.toArray(String[]::new));
    }

    private RollableScalableResource<StatefulSet> statefulSet() {
        return installation
                .client()
                .apps()
                .statefulSets()
                .inNamespace(installation.namespace())
                .withName("agenttask-kafka");
    }
}
