package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.controller.task.Labels;
import dev.agenttask.controller.task.TestTasks;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiServer.class)
class LeaderElectionIT {

    private ApiServer.Running server;
    private String namespace;
    private Replica first;
    private Replica second;

    @BeforeEach
    void start(ApiServer.Running running) {
        server = running;
        namespace = server.namespace();
        first = Replica.start(server, namespace, "first");
        await(first::works);
        second = Replica.start(server, namespace, "second");
        await(second::inTouch);
    }

    @AfterEach
    void stop() {
        second.close();
        first.close();
    }

    @Test
    void one_replica_works_and_the_other_one_is_ready_to() {
        createTask();
        awaitPod();
        assertThat(first.leads()).isTrue();
        assertThat(first.inTouch()).isTrue();
        assertThat(second.leads()).isFalse();
        assertThat(second.works()).isFalse();
        assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("first");
    }

    @Test
    void when_the_leader_is_killed_the_other_one_goes_on_with_what_runs_and_starts_nothing_twice() {
        createTask();
        var pod = awaitPod();
        var kubelet = new Kubelet(server.client(), pod).place().run(PodLayout.AGENT);
        first.kill();
        kubelet.succeed(Kubelet.PASSED);

        Awaitility.await()
                .atMost(Controller.PATIENCE)
                .until(() -> task().getStatus().phase() == Phase.SUCCEEDED);

        assertThat(second.works()).isTrue();
        assertThat(task().getStatus().attempts()).hasSize(1);
        assertThat(pods())
                .extracting(p -> p.getMetadata().getUid())
                .containsExactly(pod.getMetadata().getUid());
        assertThat(lease().getSpec().getLeaseTransitions()).isEqualTo(1);
    }

    @Test
    void a_leader_that_does_not_reach_the_api_server_stops_before_the_other_one_begins() {
        first.cutOff();
        await(second::works);
        assertThat(first.leads()).isFalse();
        assertThat(first.works()).isFalse();
        assertThat(first.stopped()).isLessThan(second.elected());
    }

    @Test
    void a_leader_that_ends_gives_the_lease_back_and_the_other_one_need_not_wait() {
        first.close();
        var ended = System.nanoTime();
        await(second::leads);
        assertThat(Duration.ofNanos(second.elected() - ended)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void a_leader_stops_when_it_finds_another_holder_in_the_lease() {
        server.client()
                .resource(lease())
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"holderIdentity\":\"third\"}}");
        await(() -> !first.leads());
        assertThat(first.works()).isFalse();
        await(() -> first.leads() || second.leads());
        assertThat(lease().getSpec().getHolderIdentity()).isNotEqualTo("third");
    }

    private void createTask() {
        var task = TestTasks.unstored();
        task.getMetadata().setNamespace(namespace);
        server.client().resource(task).create();
    }

    private AgentTask task() {
        return server.client()
                .resources(AgentTask.class)
                .inNamespace(namespace)
                .withName("fix")
                .get();
    }

    private Pod awaitPod() {
        return Awaitility.await()
                .atMost(Controller.PATIENCE)
                .until(this::pods, pods -> !pods.isEmpty())
                .getFirst();
    }

    private List<Pod> pods() {
        return server.client()
                .pods()
                .inNamespace(namespace)
                .withLabel(Labels.TASK, "fix")
                .list()
                .getItems();
    }

    private Lease lease() {
        return server.client()
                .leases()
                .inNamespace(namespace)
                .withName("agenttask")
                .get();
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Controller.PATIENCE).until(condition);
    }
}
