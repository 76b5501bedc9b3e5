package dev.agenttask.controller.progress;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * Where Kafka is, and the topics.
 *
 * @param client settings that every client shares, such as bootstrap.servers and the SASL ones
 * @param progressTopic for progress events
 * @param stateTopic compacted: the latest state of each task
 */
public record KafkaSettings(Map<String, Object> client, String progressTopic, String stateTopic) {

    public KafkaSettings {
        client = Map.copyOf(client);
    }

    /** Settings from a properties file. */
    public static KafkaSettings of(Properties properties, String progressTopic, String stateTopic) {
        var client = new HashMap<String, Object>();
        properties.stringPropertyNames().forEach(name -> client.put(name, properties.getProperty(name)));
        return new KafkaSettings(client, progressTopic, stateTopic);
    }

    /** These settings and some more, which win. */
    Map<String, Object> with(Map<String, Object> more) {
        var all = new HashMap<>(client);
        all.putAll(more);
        return all;
    }

    /** The settings hold a password. */
    @Override
    public String toString() {
        return "KafkaSettings[" + client.get("bootstrap.servers") + ", " + progressTopic + ", " + stateTopic + "]";
    }
}
