package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Attempt;
import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What the scheduler, and the one who looks after nodes, do to attempts. */
@Isolated
class DisruptionClusterIT {

    /** An extended resource of which the node has one, so that a preemption meets the task's pod and no other. */
    private static final String SEAT = "e2e.agenttask.dev/seat";

    private static final String SEAT_IN_JSON = "e2e.agenttask.dev~1seat";

    private static final String STAYS_IN_ATTEMPT_1 =
            "if [ $AGENTTASK_ATTEMPT = 1 ]; then echo begun > begun; sleep 600; fi; echo done > done";
    private static final String RETRY = "retry: {infrastructure: 1, backoff: 1s}\n";

    private Installation installation;
    private TestNamespace namespace;
    private GitServer git;
    private Resource<Node> node;

    @BeforeEach
    void deployGit() throws Exception {
        installation = Installation.connect();
        namespace = TestNamespace.create(installation.client(), "disruption");
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
        node = installation.client().nodes().withName(git.pod().getSpec().getNodeName());
    }

    @AfterEach
    void restoreNode() {
        cordoned(false);
        namespace.close();
        installation.close();
    }

    @Test
    void a_task_of_a_drained_node_goes_on_when_there_is_a_node_again_and_its_work_is_salvaged() throws Exception {
        namespace.apply("drained", git.small("shop", STAYS_IN_ATTEMPT_1) + RETRY);
        var pod = AttemptPod.atWork(installation, namespace, "drained", 1);

        cordoned(true);
        assertThat(pod.resource().evict()).isTrue();

        assertLost(namespace.awaitEnd("drained", 1), "Evicted");
        namespace.await(
                "drained",
                Duration.ofMinutes(1),
                status -> status.attempts().size() == 2
                        && status.condition(Condition.SUCCEEDED)
                                .filter(c -> c.reason().equals("Unschedulable"))
                                .isPresent());
        cordoned(false);
        assertDelivered("drained");
    }

    @Test
    void a_task_whose_pod_is_preempted_goes_on_when_there_is_room_again_and_its_work_is_salvaged() throws Exception {
        try {
            offerSeat();
            namespace.apply(
                    "preempted",
                    git.small("shop", STAYS_IN_ATTEMPT_1, "memory: 256Mi, %s: \"1\"".formatted(SEAT)) + RETRY);
            AttemptPod.atWork(installation, namespace, "preempted", 1);

            var preemptor = preempt();

            assertLost(namespace.awaitEnd("preempted", 1), "Preempted");
            preemptor.withGracePeriod(0).delete();
            assertDelivered("preempted");
        } finally {
            withdrawSeat();
        }
    }

    private Resource<Pod> preempt() throws Exception {
        var client = installation.client();
        var priority = new PriorityClassBuilder()
                .withNewMetadata()
                .withName(namespace.name())
                .endMetadata()
                .withValue(1_000_000)
                .build();
        client.resource(priority).create();
        var pod = Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: preemptor}
                spec:
                  priorityClassName: %s
                  automountServiceAccountToken: false
                  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
                  containers:
                    - name: sits
                      image: %s
                      command: [sleep, "600"]
                      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                      resources: {limits: {cpu: 10m, memory: 32Mi, %s: "1"}}
                """.formatted(namespace.name(), git.agentImage(), SEAT), Pod.class);
        try {
            namespace.create(pod);
        } finally {
            // The pod has its number by now.
            client.resource(priority).delete();
        }
        return client.pods().inNamespace(namespace.name()).withName("preemptor");
    }

    private void offerSeat() {
        patchSeat("[{\"op\": \"add\", \"path\": \"/status/capacity/%s\", \"value\": \"1\"}]");
        node.waitUntilCondition(
                found -> new Quantity("1")
                        .equals(found.getStatus().getAllocatable().get(SEAT)),
                2,
                TimeUnit.MINUTES);
    }

    private void withdrawSeat() {
        patchSeat("[{\"op\": \"remove\", \"path\": \"/status/capacity/%s\"}]");
    }

    private void patchSeat(String patch) {
        node.subresource("status").patch(PatchContext.of(PatchType.JSON), patch.formatted(SEAT_IN_JSON));
    }

    private void cordoned(boolean cordoned) {
        node.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"unschedulable\": %s}}".formatted(cordoned));
    }

    private void assertLost(Attempt attempt, String reason) throws Exception {
        assertThat(attempt.failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
        assertThat(attempt.reason()).as(attempt.message()).isEqualTo(reason);
        assertThat(attempt.wipRef()).as(attempt.message()).isNotEmpty();
        assertThat(git.file("shop", attempt.wipRef(), "begun")).isEqualTo("begun\n");
    }

    private void assertDelivered(String task) throws Exception {
        var status = namespace.awaitFinished(task);
        assertThat(status.phase()).as(Serialization.asYaml(status)).isEqualTo(Phase.SUCCEEDED);
        assertThat(status.attempts()).hasSize(2);
        assertThat(git.file("shop", status.result().branch(), "done")).isEqualTo("done\n");
    }
}
