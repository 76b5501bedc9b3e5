package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.controller.progress.KafkaPublisher;
import dev.agenttask.controller.progress.KafkaSettings;
import dev.agenttask.controller.progress.ProgressConsumer;
import dev.agenttask.controller.progress.StaleStates;
import dev.agenttask.controller.task.AttemptNames;
import dev.agenttask.controller.task.QueueOrder.Slots;
import dev.agenttask.controller.task.TestTasks;
import dev.agenttask.fixture.KafkaBroker;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
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
    private String namespace;
    private KafkaBroker broker;
    private KafkaPublisher publisher;
    private ProgressConsumer consumer;
    private Controller controller;

    @TempDir
    private Path logs;

    @BeforeEach
    void prepare(ApiServer.Running running) {
        server = running;
        namespace = server.namespace();
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
    void what_only_a_newer_worker_says_is_skipped() {
        broker.start();
        start();
        var uid = controller.create(TestTasks.unstored()).getMetadata().getUid();
        controller.kubelet(controller.awaitPod("fix")).place().run(PodLayout.AGENT);
        Controller.eventually(() -> {
            var known = said(9, "12 tests pass");
            var unknown = said(8, "a smell").replace("\"type\":\"log\"", "\"type\":\"smell\"");
            Stream.of(unknown, "{}", "[", known)
                    .forEach(json -> broker.append(PROGRESS, uid, json.getBytes(StandardCharsets.UTF_8)));
            broker.append(PROGRESS, uid, null);
            assertThat(controller.get("fix").getStatus().progress().sequence()).isEqualTo(9);
        });
    }

    @Test
    void without_a_broker_everything_goes_on_and_is_told_once_it_is_back() {
        start();
        var task = controller.create(TestTasks.unstored());
        var uid = task.getMetadata().getUid();
        controller.kubelet(controller.awaitPod("fix")).place().succeed(Kubelet.PASSED);
        controller.awaitPhase("fix", Phase.SUCCEEDED);
        Controller.eventually(() -> assertThat(consumer.connected()).isFalse());
        broker.start();
        Controller.eventually(
                () -> assertThat(events(uid)).extracting(ProgressEvent::type).contains("phase", "result"));
        Controller.eventually(() -> assertThat(states(uid)).isNotEmpty());
        Controller.eventually(() -> assertThat(consumer.connected()).isTrue());
    }

    @Test
    void the_lag_is_what_the_broker_has_and_nobody_has_read() throws Exception {
        broker.start();
        start();
        var slow = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        var lags = new ConcurrentLinkedQueue<Long>();
        var reader = new AtomicReference<ProgressConsumer>();
        var small = new KafkaSettings(
                Map.of("bootstrap.servers", broker.address(), "max.poll.records", 5), PROGRESS, STATE, "here");
        reader.set(new ProgressConsumer(small, _ -> {
            begun.countDown();
            awaitLatch(slow);
            lags.add(reader.get().lag());
        }));
        controller.read(reader.get());
        Controller.eventually(() -> {
            append(0);
            assertThat(begun.getCount()).isZero();
        });
        IntStream.range(1, 40).forEach(this::append);
        slow.countDown();
        Controller.eventually(() -> assertThat(lags).hasSizeGreaterThanOrEqualTo(40));
        assertThat(lags).anyMatch(lag -> lag > 20);
        Controller.eventually(() -> assertThat(reader.get().lag()).isZero());
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

    @Test
    void a_tombstone_that_was_never_sent_is_sent_by_the_next_leader() {
        broker.start();
        start();
        var uid = controller.create(TestTasks.unstored()).getMetadata().getUid();
        Controller.eventually(() -> assertThat(states(uid)).isNotEmpty());
        controller.close();
        publisher.close();
        removeByForce();

        start();
        try (var states = new StaleStates(settings("here"), controller.vanishedTasks(), publisher)) {
            states.start();
            Controller.eventually(
                    () -> assertThat(states(uid).getLast().value()).isNull());
            assertThat(states.sweep()).isZero();
        }
    }

    @Test
    void only_states_of_this_operator_and_of_tasks_that_are_gone_are_deleted() {
        broker.start();
        start();
        var living = controller.create(TestTasks.unstored()).getMetadata().getUid();
        Controller.eventually(() -> assertThat(states(living)).isNotEmpty());
        foreignState("gone", namespace, "fix-before", settings("here"));
        foreignState("recreated", namespace, "fix", settings("here"));
        foreignState("elsewhere", "unwatched", "fix", settings("here"));
        foreignState("others", namespace, "fix-before", settings("there"));
        append("no-event", "{}".getBytes(StandardCharsets.UTF_8), settings("here"));

        var states = new StaleStates(settings("here"), lagging(controller.vanishedTasks(), living), publisher);
        assertThat(states.sweep()).isEqualTo(2);
        states.close();

        Controller.eventually(() -> {
            assertThat(states("gone").getLast().value()).isNull();
            assertThat(states("recreated").getLast().value()).isNull();
        });
        assertThat(List.of(living, "elsewhere", "others", "no-event"))
                .allSatisfy(uid -> assertThat(states(uid).getLast().value()).isNotNull());
    }

    /** As a cache sees it that does not know yet of one task. */
    private static StaleStates.VanishedTasks lagging(StaleStates.VanishedTasks known, String unknownUid) {
        return new StaleStates.VanishedTasks() {
            @Override
            public boolean mayBeGone(TaskId task) {
                return task.uid().equals(unknownUid) || known.mayBeGone(task);
            }

            @Override
            public boolean isGone(TaskId task) {
                return known.isGone(task);
            }
        };
    }

    private String said(long sequence, String text) {
        var task = AttemptNames.id(controller.get("fix"));
        var log = new EventData.Log("agent", text, false);
        return new String(
                ProgressEvent.of(ProgressEvent.WORKER, task, 1, sequence, Instant.EPOCH, log)
                        .toJson(),
                StandardCharsets.UTF_8);
    }

    private void foreignState(String uid, String taskNamespace, String name, KafkaSettings operator) {
        var task = new TaskId(taskNamespace, name, uid);
        var state = new EventData.State(taskNamespace, name, AgentTaskStatus.NONE);
        append(
                uid,
                ProgressEvent.of(ProgressEvent.CONTROLLER, task, 1, 1, Instant.EPOCH, state)
                        .toJson(),
                operator);
    }

    private void append(String key, byte[] value, KafkaSettings operator) {
        broker.append(new ProducerRecord<>(STATE, null, key, value, operator.headers()));
    }

    private void append(int sequence) {
        var event = ProgressEvent.of(
                ProgressEvent.WORKER,
                new TaskId(namespace, "fix", "uid"),
                1,
                sequence,
                Instant.EPOCH,
                new EventData.Log("agent", "a line", false));
        broker.append(PROGRESS, "uid", event.toJson());
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void removeByForce() {
        server.client()
                .resources(AgentTask.class)
                .inNamespace(namespace)
                .withName("fix")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":[]}}");
        server.client()
                .resources(AgentTask.class)
                .inNamespace(namespace)
                .withName("fix")
                .delete();
    }

    private KafkaSettings settings(String operator) {
        return new KafkaSettings(Map.of("bootstrap.servers", broker.address()), PROGRESS, STATE, operator);
    }

    private void start() {
        publisher = new KafkaPublisher(settings("here"));
        publisher.start();
        controller = Controller.start(server, namespace, new Slots(10, 0), TestRules.FAST, publisher);
        consumer = new ProgressConsumer(settings("here"), controller.board()::accept);
        controller.read(consumer);
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
