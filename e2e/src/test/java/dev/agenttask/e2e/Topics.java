package dev.agenttask.e2e;

import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What stands on the operator's topics, read with the broker's own consumer. */
final class Topics {

    private Topics() {}

    private static final String CONSUMER = "/opt/kafka/bin/kafka-console-consumer.sh --bootstrap-server localhost:9092"
            + " --consumer.config /etc/agenttask/clients/reader.properties --from-beginning --topic ";

    /** The events of one task, in the order of the topic. Waits for the first of them: every task has some. */
    static List<ProgressEvent> events(Installation installation, String topic, String uid) throws Exception {
        var found = "until found=$(%s%s --timeout-ms 10000 | grep %s); do :; done; echo \"$found\"";
        return shell(installation, found.formatted(CONSUMER, topic, uid))
                .lines()
                .map(line -> ProgressEvent.parse(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    /** Waits until the topic has an event of a task in which that word is. */
    static void await(Installation installation, String topic, String uid, String word) throws Exception {
        var find = "grep %s | grep -qw %s".formatted(uid, word);
        shell(
                installation,
                "until %s%s --timeout-ms 2000 2>/dev/null | %s; do :; done".formatted(CONSUMER, topic, find));
    }

    private static String shell(Installation installation, String script) throws Exception {
        return installation.exec(installation.pod("kafka"), "kafka", TestNamespace.PATIENCE, "sh", "-c", script);
    }

    /** What the events of one type say. */
    static <T extends EventData> List<T> data(List<ProgressEvent> events, Class<T> type) {
        return events.stream()
                .map(ProgressEvent::data)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
