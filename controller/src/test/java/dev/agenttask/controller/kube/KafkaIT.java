package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.controller.progress.KafkaBroker;
import dev.agenttask.controller.progress.KafkaPublisher;
import dev.agenttask.controller.progress.KafkaSettings;
import dev.agenttask.controller.progress.ProgressConsumer;
import dev.agenttask.controller.task.AttemptNames;
import dev.agenttask.controller.task.QueueOrder.Slots;
import dev.agenttask.controller.task.TestTasks;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ApiServer.class)
class KafkaIT {

    private static final String PROGRESS = "agenttask.progress";
    private static final String STATE = "agenttask.state";

    private ApiServer.Running server;
    private KafkaBroker broker;
    private KafkaPublisher publisher;
    private Controller controller;

    @TempDir
    private Path logs;

    @BeforeEach
    void prepare(ApiServer.Running running) {
        server = running;
        broker = new KafkaBroker(logs);
    }

    @AfterEach
    void stop() {
        controller.close();
        publisher.close();
        broker.close();
    }

    @Test
    void phases_states_and_a_tombstone_stand_on_kafka() {
        broker.start();
        start();
        var task = controller.create(TestTasks.unstored());
        var uid = task.getMetadata().getUid();
        var kubelet = controller.kubelet(controller.awaitPod("fix")).place().run(PodLayout.AGENT);
        kubelet.succeed(Kubelet.PASSED);
        controller.awaitPhase("fix", Phase.SUCCEEDED);
        Controller.eventually(
                () -> assertThat(events(uid)).extracting(ProgressEvent::type).contains("phase", "result"));
        var phases = events(uid).stream()
                .map(ProgressEvent::data)
                .filter(EventData.PhaseChanged.class::isInstance)
                .map(d -> ((EventData.PhaseChanged) d).phase());
        assertThat(phases).startsWith(Phase.RUNNING).endsWith(Phase.SUCCEEDED);
        assertThat(events(uid)).allSatisfy(e -> {
            assertThat(e.source()).isEqualTo("/agenttask/controller");
            assertThat(e.attempt()).isEqualTo(1);
        });
        assertThat(events(uid)).extracting(ProgressEvent::sequence).isSorted().doesNotHaveDuplicates();
        Controller.eventually(() -> {
            var state = (EventData.State)
                    ProgressEvent.parse(states(uid).getLast().value()).data();
            assertThat(state.status().phase()).isEqualTo(Phase.SUCCEEDED);
            assertThat(state.name()).isEqualTo("fix");
        });
        assertThat(broker.config(STATE).get("cleanup.policy").value()).isEqualTo("compact");

        server.client().resource(controller.get("fix")).delete();
        Controller.eventually(() -> assertThat(states(uid).getLast().value()).isNull());
    }

    @Test
    void what_a_worker_says_stands_in_the_status() {
        broker.start();
        start();
        var task = controller.create(TestTasks.unstored());
        controller.kubelet(controller.awaitPod("fix")).place().run(PodLayout.AGENT);
        var uid = task.getMetadata().getUid();
        Controller.eventually(() -> {
            var event = ProgressEvent.of(
                    ProgressEvent.WORKER,
                    AttemptNames.id(controller.get("fix")),
                    1,
                    7,
                    Instant.EPOCH,
                    new EventData.Log("agent", "12 tests pass", false));
            broker.append(PROGRESS, uid, event.toJson());
            assertThat(controller.get("fix").getStatus().progress().message()).isEqualTo("12 tests pass");
        });
        assertThat(controller.get("fix").getStatus().progress().sequence()).isEqualTo(7);
    }

    @Test
    void without_a_broker_everything_goes_on_and_is_told_once_it_is_back() {
        start();
        var task = controller.create(TestTasks.unstored());
        var uid = task.getMetadata().getUid();
        controller.kubelet(controller.awaitPod("fix")).place().succeed(Kubelet.PASSED);
        controller.awaitPhase("fix", Phase.SUCCEEDED);
        broker.start();
        Controller.eventually(
                () -> assertThat(events(uid)).extracting(ProgressEvent::type).contains("phase", "result"));
        Controller.eventually(() -> assertThat(states(uid)).isNotEmpty());
    }

    @Test
    void topics_that_a_broker_has_lost_are_made_again() {
        broker.start();
        start();
        var uid = controller.create(TestTasks.unstored()).getMetadata().getUid();
        var kubelet = controller.kubelet(controller.awaitPod("fix")).place().run(PodLayout.AGENT);
        Controller.eventually(() -> assertThat(states(uid)).isNotEmpty());

        broker.lose(PROGRESS, STATE);
        kubelet.succeed(Kubelet.PASSED);

        controller.awaitPhase("fix", Phase.SUCCEEDED);
        Controller.eventually(
                () -> assertThat(events(uid)).extracting(ProgressEvent::type).contains("result"));
        Controller.eventually(() -> assertThat(states(uid)).isNotEmpty());
    }

    private void start() {
        var settings = new KafkaSettings(Map.of("bootstrap.servers", broker.address()), PROGRESS, STATE);
        publisher = new KafkaPublisher(settings);
        publisher.start();
        controller = Controller.start(server, server.namespace(), new Slots(10, 0), TestRules.FAST, publisher);
        controller.read(new ProgressConsumer(settings, controller.board()));
    }

    private List<ProgressEvent> events(String uid) {
        return records(PROGRESS, uid).stream()
                .map(r -> ProgressEvent.parse(r.value()))
                .toList();
    }

    private List<ConsumerRecord<String, byte[]>> states(String uid) {
        return records(STATE, uid);
    }

    private List<ConsumerRecord<String, byte[]>> records(String topic, String uid) {
        return broker.records(topic).stream().filter(r -> r.key().equals(uid)).toList();
    }
}
