package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Usage;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.controller.task.AttemptNames;
import dev.agenttask.controller.task.Labels;
import dev.agenttask.controller.task.TestTasks;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiServer.class)
class TaskLifeIT {

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final String CHECKED = "verify: {commands: [{name: test, run: make test}]}";

    private ApiServer.Running server;
    private String namespace;
    private Controller controller;

    @BeforeEach
    void start(ApiServer.Running running) {
        server = running;
        namespace = server.namespace();
        controller = Controller.start(server, namespace);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void a_task_goes_through_every_phase_to_its_branch() {
        var task = TestTasks.unstored(CHECKED);
        task.getMetadata().setAnnotations(Map.of(LAST_APPLIED, "{}"));
        controller.create(task);
        var pod = controller.awaitPod("fix");
        var kubelet = controller.kubelet(pod).place().run(PodLayout.CLONE);
        controller.awaitPhase("fix", Phase.RUNNING);
        kubelet.run(PodLayout.AGENT);
        controller.await(
                "fix",
                t -> t.getStatus().progress() != null
                        && t.getStatus().progress().step().equals("agent"));
        kubelet.run(PodLayout.VERIFY);
        controller.awaitPhase("fix", Phase.VERIFYING);
        kubelet.run(PodLayout.DELIVER);
        controller.awaitPhase("fix", Phase.DELIVERING);
        kubelet.succeed(Kubelet.PASSED);

        var status = controller.awaitPhase("fix", Phase.SUCCEEDED).getStatus();
        assertThat(status.condition(Condition.SUCCEEDED).orElseThrow().status()).isEqualTo("True");
        assertThat(status.condition(Condition.FINISHED).orElseThrow().status()).isEqualTo("True");
        assertThat(status.condition(Condition.ADMITTED).orElseThrow().status()).isEqualTo("True");
        assertThat(status.condition(Condition.VERIFIED).orElseThrow().reason()).isEqualTo("ChecksPassed");
        assertThat(status.condition(Condition.DELIVERED).orElseThrow().reason()).isEqualTo("BranchPushed");
        assertThat(controller.get("fix").getMetadata().getAnnotations()).containsKey(LAST_APPLIED);
        assertThat(status.result().link()).isEqualTo("agenttask/fix");
        assertThat(status.result().summary()).isEqualTo("3 files changed, +40 -2");
        assertThat(status.verification().commands().getFirst().name()).isEqualTo("test");
        assertThat(status.base().ref()).isEqualTo("main");

        controller.awaitPod(
                pod.getMetadata().getName(),
                p -> p.getMetadata().getFinalizers().isEmpty());
        Controller.eventually(() -> {
            assertThat(server.client().secrets().inNamespace(namespace).list().getItems())
                    .isEmpty();
            assertThat(server.client()
                            .network()
                            .v1()
                            .networkPolicies()
                            .inNamespace(namespace)
                            .list()
                            .getItems())
                    .isEmpty();
        });
    }

    @Test
    void a_failing_agent_fails_the_task_and_says_how_to_get_the_work() {
        controller.create(TestTasks.unstored());
        controller.kubelet(controller.awaitPod("fix")).place().failAgent(70, """
                        {"message":"exit code 3","wipRef":"refs/agenttask/wip/fix-12345/1",\
                        "usage":[1000000000000000,0,70,"999999999.999999"]}""");
        var status = controller.awaitPhase("fix", Phase.FAILED).getStatus();
        assertThat(status.latestAttempt().orElseThrow().outcome()).isEqualTo(Attempt.Outcome.FAILED);
        assertThat(status.latestAttempt().orElseThrow().failureClass()).isEqualTo(FailureClass.AGENT);
        assertThat(status.usage()).isEqualTo(new Usage(1_000_000_000_000_000L, 0, 70, "999999999.999999"));
        var condition = status.condition(Condition.SUCCEEDED).orElseThrow();
        assertThat(condition.reason()).isEqualTo("AgentFailed");
        assertThat(condition.message())
                .contains("git fetch https://git.example.com/acme/shop.git refs/agenttask/wip/fix-12345/1");
    }

    @Test
    void an_agent_that_failed_gets_another_attempt_that_goes_on_with_its_work_on_the_same_base() throws Exception {
        controller.create(TestTasks.unstored("retry: {agent: 1, backoff: 1s, resume: true}"));
        controller.kubelet(controller.awaitPod("fix")).place().failAgent(70, """
                        {"message":"exit code 3","wipRef":"refs/agenttask/wip/fix/1","base":{"ref":"refs/heads/main",\
                        "commit":"1111111111111111111111111111111111111111"}}""");

        var second = controller.awaitPod("fix", 2);

        var task = controller.awaitPhase("fix", Phase.RUNNING);
        var first = task.getStatus().attempts().getFirst();
        assertThat(first.outcome()).isEqualTo(Attempt.Outcome.FAILED);
        assertThat(Instant.parse(second.getMetadata().getCreationTimestamp()))
                .isAfterOrEqualTo(
                        first.finishedAt().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1));
        var secret = server.client()
                .secrets()
                .inNamespace(namespace)
                .withName(second.getMetadata().getName())
                .get();
        var plan = AgentTaskJson.MAPPER.readValue(
                Base64.getDecoder().decode(secret.getData().get(PodLayout.PLAN_FILE)), AttemptPlan.class);
        assertThat(plan.resumeFrom()).containsExactly(AttemptNames.wipRef(AttemptNames.id(task), 1));
        assertThat(plan.repository().commit()).isEqualTo("1".repeat(40));

        controller.kubelet(second).place().failAgent(70, "{\"message\":\"exit code 3\"}");
        var status = controller.awaitPhase("fix", Phase.FAILED).getStatus();
        assertThat(status.attempts()).hasSize(2);
    }

    @Test
    void nothing_of_an_attempt_is_made_before_its_network_policy() {
        controller.create(TestTasks.unstored());
        var pod = controller.awaitPod("fix");
        var policy = server.client()
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .get();
        assertThat(Long.parseLong(policy.getMetadata().getResourceVersion()))
                .isLessThan(Long.parseLong(pod.getMetadata().getResourceVersion()));
        assertThat(policy.getSpec().getPodSelector().getMatchLabels())
                .containsEntry(Labels.TASK_UID, pod.getMetadata().getLabels().get(Labels.TASK_UID));
    }
}
