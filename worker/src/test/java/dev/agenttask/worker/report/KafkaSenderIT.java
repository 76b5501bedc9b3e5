package dev.agenttask.worker.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.fixture.KafkaBroker;
import dev.agenttask.worker.fixture.Plans;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events on a real broker, which is away now and then. */
class KafkaSenderIT {

    @TempDir
    private static Path directory;

    private static final long SPOOL_BYTES = 64 << 20;

    @TempDir
    private Path own;

    private static KafkaBroker broker;
    private static Path settings;

    @BeforeAll
    static void start() throws Exception {
        broker = new KafkaBroker(directory.resolve("kafka")).start();
        broker.createTopic(Plans.TOPIC);
        settings = Files.writeString(
                directory.resolve("kafka.properties"), "bootstrap.servers=" + broker.address() + "\n");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void events_arrive_in_order_with_their_sequence_and_key() throws Exception {
        try (var consumer = broker.consumer(Plans.TOPIC)) {
            skip(consumer);
            try (var attempt = events()) {
                var reporter = attempt.reporter();
                IntStream.range(0, 5000).forEach(i -> reporter.report(log("line " + i)));
                var events = read(consumer, 5000);
                assertThat(events).extracting(ProgressEvent::sequence).isEqualTo(numbers(0, 5000));
                assertThat(events.get(4711).data()).isEqualTo(log("line 4711"));
                assertThat(events.getFirst().taskuid()).isEqualTo(Plans.UID);
            }
        }
    }

    @Test
    void a_line_is_on_kafka_within_a_quarter_of_a_second() throws Exception {
        try (var consumer = broker.consumer(Plans.TOPIC);
                var attempt = events()) {
            var transcript = attempt.transcript();
            skip(consumer);
            transcript.begin("agent");
            print(transcript, "warm");
            read(consumer, 1);
            var delays = new ArrayList<Duration>();
            for (var i = 0; i < 15; i++) {
                var printed = System.nanoTime();
                print(transcript, "line " + i);
                read(consumer, 1);
                delays.add(Duration.ofNanos(System.nanoTime() - printed));
            }
            // The median, as anything may hold up one line on a machine that has other things to do.
            assertThat(delays.stream()
                            .sorted()
                            .skip(delays.size() / 2)
                            .findFirst()
                            .orElseThrow())
                    .isLessThan(Duration.ofMillis(250));
        }
    }

    @Test
    void a_broker_that_goes_away_in_the_middle_gets_everything_in_order_when_it_is_back() throws Exception {
        try (var attempt = events()) {
            var reporter = attempt.reporter();
            reporter.report(log("before"));
            try (var consumer = broker.consumer(Plans.TOPIC)) {
                skip(consumer);
            }
            broker.stop();
            var startedAt = System.nanoTime();
            IntStream.range(0, 1000).forEach(i -> reporter.report(log("while away " + i)));
            assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofSeconds(5));
            broker.start();
            try (var consumer = broker.consumer(Plans.TOPIC)) {
                var texts = new ArrayList<String>();
                await().atMost(Duration.ofSeconds(60)).until(() -> {
                    texts.addAll(texts(read(consumer, 1)));
                    return texts.contains("while away 999");
                });
                assertThat(texts.subList(texts.indexOf("before"), texts.size()))
                        .startsWith("before", "while away 0", "while away 1")
                        .hasSize(1001);
            }
        }
    }

    @Test
    void a_broker_that_is_never_there_holds_nothing_up() throws Exception {
        var nobody = Files.writeString(directory.resolve("nobody.properties"), "bootstrap.servers=localhost:1\n");
        var startedAt = System.nanoTime();
        try (var attempt = events(ProducerSettings.read(nobody))) {
            var reporter = attempt.reporter();
            IntStream.range(0, 20_000).forEach(i -> reporter.report(log("x".repeat(1000))));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void a_host_name_that_is_not_known_yet_is_tried_again() throws Exception {
        var unknown = Files.writeString(directory.resolve("unknown.properties"), "bootstrap.servers=no.invalid:9092\n");
        var connect = ProducerSettings.read(unknown).orElseThrow();
        var known = ProducerSettings.read(settings).orElseThrow();
        var tries = new ArrayList<Instant>();
        try (var consumer = broker.consumer(Plans.TOPIC);
                var attempt = events(Optional.of(() -> {
                    tries.add(Instant.now());
                    return tries.size() < 3 ? connect.get() : known.get();
                }))) {
            skip(consumer);
            attempt.reporter().report(log("in the end"));
            assertThat(texts(read(consumer, 1))).containsExactly("in the end");
        }
    }

    @Test
    void what_a_worker_that_crashed_has_not_sent_is_sent_by_the_next_one_with_its_numbers() throws Exception {
        try (var consumer = broker.consumer(Plans.TOPIC)) {
            skip(consumer);
            try (var crashed = events(Optional.of(KafkaSenderIT::noBroker))) {
                IntStream.range(0, 3000).forEach(i -> crashed.reporter().report(log("line " + i)));
                try (var next = events()) {
                    next.reporter().report(new EventData.StepStarted("verify", ""));
                    var events = read(consumer, 3001);
                    assertThat(events).extracting(ProgressEvent::sequence).isEqualTo(numbers(0, 3001));
                    assertThat(events.getFirst().data()).isEqualTo(log("line 0"));
                    assertThat(events.getLast().data()).isEqualTo(new EventData.StepStarted("verify", ""));
                }
            }
        }
    }

    @Test
    void what_a_worker_that_crashed_had_in_memory_alone_is_told_by_the_next_one_as_a_gap() throws Exception {
        var inTheWay = Files.createDirectories(own.resolve("spool").resolve("draft"));
        try (var consumer = broker.consumer(Plans.TOPIC)) {
            skip(consumer);
            try (var crashed = events(Optional.of(KafkaSenderIT::noBroker))) {
                IntStream.range(0, 10).forEach(i -> crashed.reporter().report(log("line " + i)));
                Files.delete(inTheWay);
                try (var next = events()) {
                    next.reporter().report(new EventData.StepStarted("verify", ""));
                    var events = read(consumer, 2);
                    assertThat(events)
                            .extracting(ProgressEvent::data)
                            .containsExactly(new EventData.Gap(10), new EventData.StepStarted("verify", ""));
                    assertThat(events).extracting(ProgressEvent::sequence).containsExactly(9L, 10L);
                }
            }
        }
    }

    @Test
    void a_broker_that_was_away_for_long_is_told_how_many_events_are_missing() throws Exception {
        var isBack = new AtomicBoolean();
        var known = ProducerSettings.read(settings).orElseThrow();
        try (var consumer = broker.consumer(Plans.TOPIC);
                var attempt = events(Optional.of(() -> isBack.get() ? known.get() : noBroker()), 4 << 20)) {
            skip(consumer);
            attempt.reporter().report(new EventData.StepStarted("agent", ""));
            IntStream.range(0, 10_000).forEach(i -> attempt.reporter().report(log("x".repeat(1000) + i)));
            attempt.reporter().report(new EventData.StepFinished("agent", "", true, 0, 1, ""));
            isBack.set(true);
            var events = new ArrayList<ProgressEvent>();
            while (events.isEmpty() || !(events.getLast().data() instanceof EventData.StepFinished)) {
                events.addAll(read(consumer, 1));
            }
            assertThat(events.getFirst().data()).isInstanceOf(EventData.StepStarted.class);
            assertThat(events).hasSizeLessThan(5_000).anyMatch(event -> event.data() instanceof EventData.Gap);
            assertThat(events.stream()
                            .mapToLong(event -> event.data() instanceof EventData.Gap(var lost) ? lost : 1)
                            .sum())
                    .isEqualTo(10_002);
        }
    }

    @Test
    void an_event_that_is_too_large_for_the_broker_is_a_gap_and_holds_up_no_other() throws Exception {
        try (var consumer = broker.consumer(Plans.TOPIC);
                var attempt = events()) {
            skip(consumer);
            attempt.reporter().report(log("small"));
            attempt.reporter().report(log("x".repeat(2 << 20)));
            attempt.reporter().report(log("small, too"));
            assertThat(read(consumer, 3))
                    .extracting(ProgressEvent::data)
                    .containsExactlyInAnyOrder(log("small"), new EventData.Gap(1), log("small, too"));
        }
    }

    @Test
    void a_gap_that_is_under_way_when_the_connection_breaks_is_sent_again() throws Exception {
        var underWay = new AtomicBoolean();
        var broken = new AtomicBoolean();
        try (var consumer = broker.consumer(Plans.TOPIC);
                var attempt = events(faulty(data -> {
                    if (data.equals(log("break")) && !broken.getAndSet(true)) {
                        throw new KafkaException("the connection is lost");
                    }
                    var first = data instanceof EventData.Gap && !underWay.getAndSet(true);
                    return first ? Optional.of(new CompletableFuture<>()) : Optional.empty();
                }))) {
            skip(consumer);
            attempt.reporter().report(log("x".repeat(2 << 20)));
            attempt.reporter().report(log("small"));
            assertThat(texts(read(consumer, 1))).containsExactly("small");
            attempt.reporter().report(log("break"));
            assertThat(read(consumer, 2)).extracting(ProgressEvent::data).contains(new EventData.Gap(1), log("break"));
        }
    }

    @Test
    void a_gap_that_is_refused_itself_stands_for_as_many_events_as_before() throws Exception {
        var refused = new AtomicBoolean();
        try (var consumer = broker.consumer(Plans.TOPIC);
                var attempt = events(faulty(data -> refused.getAndSet(true)
                        ? Optional.empty()
                        : Optional.of(CompletableFuture.failedFuture(new RecordTooLargeException()))))) {
            skip(consumer);
            attempt.reporter().report(new EventData.Gap(7));
            assertThat(read(consumer, 1)).extracting(ProgressEvent::data).containsExactly(new EventData.Gap(7));
        }
    }

    /** Producers that take some events otherwise. */
    private static Optional<Supplier<Producer<String, byte[]>>> faulty(
            Function<EventData, Optional<Future<RecordMetadata>>> fault) throws IOException {
        var known = ProducerSettings.read(settings).orElseThrow();
        return Optional.of(() -> {
            var producer = known.get();
            @SuppressWarnings("unchecked")
            var proxy = (Producer<String, byte[]>) Proxy.newProxyInstance(
                    KafkaSenderIT.class.getClassLoader(), new Class<?>[] {Producer.class}, (_, method, arguments) -> {
                        var end = method.getName().equals("send")
                                ? fault.apply(data(arguments[0]))
                                : Optional.<Future<RecordMetadata>>empty();
                        return end.isPresent() ? end.get() : method.invoke(producer, arguments);
                    });
            return proxy;
        });
    }

    private static EventData data(Object message) {
        return ProgressEvent.parse((byte[]) ((ProducerRecord<?, ?>) message).value())
                .data();
    }

    @Test
    void without_settings_there_is_no_kafka() throws Exception {
        assertThat(ProducerSettings.read(directory.resolve("none"))).isEmpty();
    }

    private static Producer<String, byte[]> noBroker() {
        throw new KafkaException("no broker");
    }

    private AttemptEvents events() throws IOException {
        return events(ProducerSettings.read(settings));
    }

    private AttemptEvents events(Optional<Supplier<Producer<String, byte[]>>> connect) {
        return events(connect, SPOOL_BYTES);
    }

    private AttemptEvents events(Optional<Supplier<Producer<String, byte[]>>> connect, long spoolBytes) {
        return new AttemptEvents(
                new LogFiles(own.resolve("log")),
                own.resolve("spool"),
                connect,
                Plans.of("-"),
                Redactor.NONE,
                Clock.systemUTC(),
                spoolBytes);
    }

    private static EventData.Log log(String text) {
        return new EventData.Log("agent", text, false);
    }

    private static void print(Transcript transcript, String line) {
        transcript.line(line.getBytes(StandardCharsets.UTF_8), 0, line.length(), false);
    }

    private static void skip(Consumer<String, byte[]> consumer) {
        consumer.seekToEnd(consumer.assignment());
        consumer.assignment().forEach(partition -> consumer.position(partition, Duration.ofSeconds(30)));
    }

    /** At least so many events. */
    private static List<ProgressEvent> read(Consumer<String, byte[]> consumer, int count) {
        var events = new ArrayList<ProgressEvent>();
        var giveUpAt = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (events.size() < count) {
            assertThat(System.nanoTime()).isLessThan(giveUpAt);
            consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                assertThat(record.key()).isEqualTo(Plans.UID);
                events.add(ProgressEvent.parse(record.value()));
            });
        }
        return events;
    }

    private static List<String> texts(List<ProgressEvent> events) {
        return events.stream()
                .map(event -> event.data() instanceof EventData.Log(var step, var text, var truncated) ? text : "")
                .toList();
    }

    private static List<Long> numbers(long from, long count) {
        return LongStream.range(from, from + count).boxed().toList();
    }
}
