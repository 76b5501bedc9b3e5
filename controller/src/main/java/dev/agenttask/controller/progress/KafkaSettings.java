package dev.agenttask.controller.progress;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Where Kafka is, and the topics.
 *
 * @param client settings that every client shares, such as bootstrap.servers and the SASL ones
 * @param progressTopic for progress events
 * @param stateTopic compacted: the latest state of each task
 * @param operator who writes: the same for all replicas, and another one for each operator that shares the topics
 */
public record KafkaSettings(Map<String, Object> client, String progressTopic, String stateTopic, String operator) {

    private static final String OPERATOR = "agenttask-operator";

    public KafkaSettings {
        client = Map.copyOf(client);
    }

    /** Settings from a properties file. */
    public static KafkaSettings of(Properties properties, String progressTopic, String stateTopic) {
        var client = new HashMap<String, Object>();
        properties.stringPropertyNames().forEach(name -> client.put(name, properties.getProperty(name)));
        return new KafkaSettings(client, progressTopic, stateTopic, "");
    }

    /** These settings and some more, which win. */
    Map<String, Object> with(Map<String, Object> more) {
        var all = new HashMap<>(client);
        all.putAll(more);
        return all;
    }

    /** These settings for an operator that says who it is. */
    public KafkaSettings writtenBy(String who) {
        return new KafkaSettings(client, progressTopic, stateTopic, who);
    }

    /** What every record of this operator carries. */
    public List<Header> headers() {
        return List.of(new RecordHeader(OPERATOR, operator.getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether a record was written by this operator. */
    boolean isOwn(Headers headers) {
        var header = headers.lastHeader(OPERATOR);
        return header != null && new String(header.value(), StandardCharsets.UTF_8).equals(operator);
    }

    /** The settings hold a password. */
    @Override
    public String toString() {
        return "KafkaSettings[" + client.get("bootstrap.servers") + ", " + progressTopic + ", " + stateTopic + "]";
    }
}
