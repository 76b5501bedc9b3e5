package dev.agenttask.worker.run;

import static dev.agenttask.fixture.GitServer.git;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agenttask.api.SetupStep;
import dev.agenttask.api.VerifyCommand;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.fixture.GitServer;
import dev.agenttask.fixture.KafkaBroker;
import dev.agenttask.worker.fixture.LocalPod;
import dev.agenttask.worker.fixture.Plans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a whole attempt tells on Kafka, and what the worker costs while it does. */
class AttemptEventsIT {

    /** The worker's request and limit in the pod. */
    private static final long MEMORY_KIB = 128 << 10;

    @TempDir
    private static Path directory;

    private static KafkaBroker broker;
    private static GitServer server;
    private static Path bare;

    @BeforeAll
    static void start() throws Exception {
        broker = new KafkaBroker(directory.resolve("kafka")).start();
        broker.createTopic(Plans.TOPIC);
        server = new GitServer(Files.createDirectory(directory.resolve("repositories")));
        bare = server.createWith("shop.git", "app.txt", "broken\n");
    }

    @AfterAll
    static void stop() {
        server.close();
        broker.close();
    }

    @Test
    void an_attempt_is_told_from_the_clone_to_the_result() throws Exception {
        var plan = Plans.with(
                plan(), List.of(new SetupStep("install", "-", "1m")), List.of(new VerifyCommand("test", "-", "1m")));
        try (var consumer = consumerAtEnd();
                var pod = new LocalPod(plan, Optional.of(broker.address()))) {
            pod.script("setup-0", "echo installing")
                    .script("agent", "echo My password is " + GitServer.PASSWORD + "; echo fixed > app.txt")
                    .script("check-0", "grep fixed app.txt")
                    .run();
            var events = readToResult(consumer);
            assertThat(events)
                    .extracting(AttemptEventsIT::describe)
                    .containsExactly(
                            "started clone",
                            "finished clone true",
                            "started setup",
                            "started setup/install",
                            "log setup: installing",
                            "finished setup/install true",
                            "finished setup true",
                            "started agent",
                            "log agent: My password is ***",
                            "finished agent true",
                            "started snapshot",
                            "finished snapshot true",
                            "started verify",
                            "started verify/install",
                            "log verify: installing",
                            "finished verify/install true",
                            "started verify/test",
                            "log verify: fixed",
                            "finished verify/test true",
                            "finished verify true",
                            "verification",
                            "started deliver",
                            "finished deliver true",
                            "result SUCCEEDED");
            assertThat(events).extracting(ProgressEvent::sequence).isSorted().doesNotHaveDuplicates();
            assertThat(events).extracting(ProgressEvent::time).isSorted();
        }
    }

    @Test
    void a_line_of_the_agent_is_on_kafka_within_a_quarter_of_a_second() throws Exception {
        try (var consumer = consumerAtEnd();
                var pod = new LocalPod(plan(), Optional.of(broker.address()))) {
            pod.script("agent", "i=0; while [ $i -lt 30 ]; do date +%s%3N; sleep 0.2; i=$((i+1)); done; exit 1");
            pod.runClone();
            pod.startWorker();
            pod.startAgent();
            var delays = new ArrayList<Long>();
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(20)).forEach(record -> {
                            if (ProgressEvent.parse(record.value()).data()
                                    instanceof EventData.Log(var _, var text, var _)) {
                                text.lines()
                                        .forEach(line -> delays.add(System.currentTimeMillis() - Long.parseLong(line)));
                            }
                        });
                        return delays.size() == 30;
                    });
            pod.await("agent");
            pod.terminateWorker();
            // The median, as the first lines wait for the connection to Kafka, and a busy machine holds up one or
            // another.
            assertThat(delays.stream().sorted().toList().get(15))
                    .as("%s", delays)
                    .isLessThan(250);
        }
    }

    @Test
    void a_gigabyte_of_output_neither_fills_the_memory_nor_blocks_the_agent() throws Exception {
        try (var consumer = consumerAtEnd();
                var pod = new LocalPod(plan(), Optional.of(broker.address()))) {
            pod.script(
                    "agent",
                    "yes 'This is a line of output, and there are many of them.' | head -c 1000000000;"
                            + " echo; echo fixed > app.txt; echo last");
            pod.runClone();
            pod.startWorker();
            pod.startAgent();
            assertThat(pod.await("agent")).isZero();
            assertThat(highWaterMark(pod.process("worker"))).isLessThan(MEMORY_KIB);
            pod.startVerify();
            pod.await("verify");
            pod.startDeliver();
            assertThat(pod.await("deliver")).isZero();
            pod.terminateWorker();
            var events = readToResult(consumer);
            assertThat(events).anyMatch(event -> event.data() instanceof EventData.Gap);
            assertThat(events).extracting(AttemptEventsIT::describe).anyMatch(text -> text.endsWith("last"));
        }
    }

    @Test
    void a_broker_that_is_away_changes_nothing_but_the_events() throws Exception {
        try (var pod = new LocalPod(plan(), Optional.of("localhost:1"))) {
            pod.script("agent", "echo fixed > app.txt").run();
            assertThat(pod.exitCode("deliver")).hasValue(0);
            assertThat(git(bare, "show", Plans.BRANCH + ":app.txt")).isEqualTo("fixed");
        }
    }

    private static AttemptPlan plan() {
        return Plans.of(server.url("shop.git"));
    }

    private static Consumer<String, byte[]> consumerAtEnd() {
        var consumer = broker.consumer(Plans.TOPIC);
        consumer.seekToEnd(consumer.assignment());
        consumer.assignment().forEach(partition -> consumer.position(partition, Duration.ofSeconds(30)));
        return consumer;
    }

    private static List<ProgressEvent> readToResult(Consumer<String, byte[]> consumer) {
        var events = new ArrayList<ProgressEvent>();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            consumer.poll(Duration.ofMillis(100)).forEach(record -> events.add(ProgressEvent.parse(record.value())));
            return !events.isEmpty() && events.getLast().data() instanceof EventData.Finished;
        });
        return events;
    }

    private static String describe(ProgressEvent event) {
        return switch (event.data()) {
            case EventData.StepStarted(var step, var name) -> "started " + step + (name.isEmpty() ? "" : "/" + name);
            case EventData.StepFinished e ->
                "finished " + e.step() + (e.name().isEmpty() ? "" : "/" + e.name()) + " " + e.ok();
            case EventData.Log(var step, var text, var truncated) -> "log " + step + ": " + text;
            case EventData.Finished e -> "result " + e.outcome();
            default -> event.type();
        };
    }

    private static long highWaterMark(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }
}
