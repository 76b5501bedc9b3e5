package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.EventData.Log;
import dev.agenttask.api.event.EventData.PhaseChanged;
import dev.agenttask.api.event.EventData.StepFinished;
import dev.agenttask.api.event.ProgressEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a consumer of the topics sees of one task. */
class ProgressClusterIT {

    @Test
    void the_topics_tell_the_whole_way_of_a_task_in_order() throws Exception {
        try (var installation = Installation.connect();
                var namespace = TestNamespace.create(installation.client(), "progress")) {
            var git = GitServer.deploy(installation, namespace);
            git.createRepository("shop");
            var uid = namespace
                    .apply("told", git.task("shop", "echo I change the list; echo three >> list", "true"))
                    .getMetadata()
                    .getUid();
            assertThat(namespace.awaitFinished("told").phase()).isEqualTo(Phase.SUCCEEDED);

            var events = events(installation, "agenttask.progress", uid);

            var worker = events.stream()
                    .filter(e -> e.source().equals(ProgressEvent.WORKER))
                    .toList();
            assertThat(worker).extracting(ProgressEvent::sequence).isSorted().doesNotHaveDuplicates();
            assertThat(data(worker, StepFinished.class).stream()
                            .filter(s -> s.name().isEmpty()))
                    .extracting(StepFinished::step)
                    .containsExactly("clone", "agent", "snapshot", "verify", "deliver");
            assertThat(data(worker, Log.class))
                    .extracting(Log::text)
                    .anyMatch(text -> text.contains("I change the list"));
            assertThat(data(events, PhaseChanged.class))
                    .extracting(PhaseChanged::phase)
                    .startsWith(Phase.RUNNING)
                    .endsWith(Phase.SUCCEEDED);
            assertThat(data(events(installation, "agenttask.state", uid), EventData.State.class))
                    .last()
                    .satisfies(state -> assertThat(state.status().phase()).isEqualTo(Phase.SUCCEEDED));
        }
    }

    private static <T extends EventData> List<T> data(List<ProgressEvent> events, Class<T> type) {
        return events.stream()
                .map(ProgressEvent::data)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private static List<ProgressEvent> events(Installation installation, String topic, String uid) throws Exception {
        return installation
                .exec(
                        installation.pod("kafka"),
                        "kafka",
                        Duration.ofSeconds(60),
                        "/opt/kafka/bin/kafka-console-consumer.sh",
                        "--bootstrap-server",
                        "localhost:9092",
                        "--consumer.config",
                        "/etc/agenttask/clients/reader.properties",
                        "--topic",
                        topic,
                        "--from-beginning",
                        "--timeout-ms",
                        "5000")
                .lines()
                .filter(line -> line.contains(uid))
                .map(line -> ProgressEvent.parse(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }
}
