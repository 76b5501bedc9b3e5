// java -cp 'LIB/*' Follow.java CLIENT.PROPERTIES [TASK_UID]: a line for each event of one task, or of all, from the beginning.
// Ends with the task: 0 if it succeeded, 1 if not, 3 if Kafka cannot be read. Needs Java 25, kafka-clients and jackson-databind.

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

static final String TOPIC = System.getenv().getOrDefault("TOPIC", "agenttask.progress");
static final Set<String> LAST_PHASES = Set.of("Succeeded", "Failed", "Cancelled");
static final ObjectMapper JSON = new ObjectMapper();

/** Those that were heard of last: a task that is over is never heard of again. */
static final int TASKS_REMEMBERED = 1000;

/** Who counts: one source, for one attempt at a task. */
record Sender(int attempt, String source) {}

void main(String... args) throws IOException {
    if (args.length < 1 || args.length > 2) {
        System.err.println("usage: Follow.java CLIENT.PROPERTIES [TASK_UID]");
        System.exit(2);
    }
    var settings = new Properties();
    try (var file = Files.newBufferedReader(Path.of(args[0]))) {
        settings.load(file);
    }
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "earliest");
    settings.put("default.api.timeout.ms", "10000");
    System.exit(run(settings, args.length > 1 ? args[1] : ""));
}

/** Returns the exit code. */
int run(Properties settings, String uid) {
    try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
        return follow(consumer, uid).equals("Succeeded") ? 0 : 1;
    } catch (KafkaException e) {
        System.err.println("Kafka cannot be read: " + e.getMessage());
        return 3;
    }
}

/** Shows each event once. Returns the last phase of the task; without one it goes on. */
String follow(KafkaConsumer<String, String> consumer, String uid) {
    var partitions = consumer.partitionsFor(TOPIC).stream()
            .map(partition -> new TopicPartition(TOPIC, partition.partition()))
            .toList();
    if (partitions.isEmpty()) {
        throw new KafkaException("there is no topic " + TOPIC);
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    var seen = new LinkedHashMap<String, Map<Sender, NavigableSet<Long>>>(16, 0.75f, true);
    while (true) {
        for (var message : consumer.poll(Duration.ofSeconds(1))) {
            var event = parse(message.value());
            var task = event.path("taskuid").asText();
            if (event.isMissingNode() || !uid.isEmpty() && !uid.equals(task)) {
                continue;
            }
            var sender = new Sender(event.path("attempt").asInt(), event.path("source").asText());
            var numbers = seen.computeIfAbsent(task, _ -> new HashMap<>())
                    .computeIfAbsent(sender, _ -> new TreeSet<>(Set.of(-1L)));
            if (seen.size() > TASKS_REMEMBERED) {
                seen.pollFirstEntry();
            }
            var before = numbers.last();
            if (!numbers.add(event.path("sequence").asLong())) {
                continue;
            }
            show(event, before);
            var phase = lastPhase(event);
            if (phase.isPresent() && !uid.isEmpty()) {
                return phase.get();
            }
        }
    }
}

/** An event; a missing node for what is none. */
JsonNode parse(String value) {
    try {
        var event = JSON.readTree(value == null ? "" : value);
        return event.path("specversion").asText().equals("1.0") && event.has("taskuid") ? event : MissingNode.getInstance();
    } catch (JsonProcessingException e) {
        return MissingNode.getInstance();
    }
}

void show(JsonNode event, long before) {
    var source = event.path("source").asText();
    var type = event.path("type").asText();
    var number = event.path("sequence").asLong();
    var about = event.path("subject").asText() + " " + event.path("attempt");
    // The controller counts in steps of any size, and a gap says itself what it stands for.
    if (source.equals("/agenttask/worker") && !type.equals("gap") && number > before + 1) {
        IO.println("! %s: %d events before %d were not seen".formatted(about, number - before - 1, number));
    }
    IO.println(String.join(
            " ",
            event.path("time").asText(),
            about,
            source.substring(source.lastIndexOf('/') + 1),
            Long.toString(number),
            type,
            event.path("data").toString()));
}

/** The phase in which the task ended; empty while it goes on. */
Optional<String> lastPhase(JsonNode event) {
    return event.path("type").asText().equals("phase") && event.path("source").asText().equals("/agenttask/controller")
            ? Optional.of(event.path("data").path("phase").asText()).filter(LAST_PHASES::contains)
            : Optional.empty();
}
