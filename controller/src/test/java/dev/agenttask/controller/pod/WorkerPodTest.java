package dev.agenttask.controller.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Agent;
import dev.agenttask.api.Agent.EnvironmentVariable;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.AgentTaskSpec;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.controller.task.TestTasks;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPodTest {

    private static final String[] FULL = {
        "setup: [{name: install, run: make deps}]",
        "verify: {commands: [{name: test, run: make test, timeout: 20m}, {name: lint, run: make lint}]}",
        "limits: {deadline: 45m, workspaceSize: 1Gi}",
        "resources: {limits: {memory: 2Gi}}",
        "delivery: {branch: topic/fix, credentialsSecret: git-push}",
        "pod: {nodeSelector: {pool: agents}, labels: {example.com/team: shop}, imagePullSecrets: [pull]}"
    };

    @ParameterizedTest
    @ValueSource(strings = {"minimal", "full"})
    void the_objects_of_an_attempt_are_exactly_these(String name) {
        var input = name.equals("full") ? full() : new AttemptInput(TestTasks.stored(), 1, "Make the tests pass.");
        Golden.check(
                name,
                List.of(
                        AttemptPolicy.of(input, TestSettings.PODS),
                        AttemptSecret.of(input, TestSettings.PODS),
                        WorkerPod.of(input, TestSettings.PODS)));
    }

    @Test
    void containers_that_run_foreign_code_see_no_credential_no_plan_and_no_vault() {
        var pod = WorkerPod.of(full(), TestSettings.PODS);
        for (var name : List.of(PodLayout.AGENT, PodLayout.VERIFY)) {
            assertThat(volumesOf(pod, name))
                    .doesNotContain("plan", "worker-plan", "git-read", "git-write", "vault", "trusted-tmp");
        }
        assertThat(volumesOf(pod, PodLayout.AGENT)).doesNotContain("cleanroom", "channel-verify", "verify-scripts");
        assertThat(volumesOf(pod, PodLayout.VERIFY)).doesNotContain("workspace", "channel-agent", "agent-scripts");
    }

    @Test
    void only_the_worker_sees_the_kafka_settings_and_only_the_sandbox_the_prompt() {
        var pod = WorkerPod.of(full(), TestSettings.PODS);
        assertThat(volumesWithItem(pod, PodLayout.KAFKA_FILE)).containsExactly("worker-plan");
        assertThat(volumesWithItem(pod, PodLayout.PROMPT_FILE)).containsExactly("agent-scripts");
        var seeingKafka = all(pod).filter(c -> volumesOf(pod, c.getName()).contains("worker-plan"))
                .map(Container::getName);
        assertThat(seeingKafka).containsExactly(PodLayout.WORKER);
    }

    @Test
    void no_container_may_do_more_than_the_restricted_standard_permits() {
        var pod = WorkerPod.of(full(), TestSettings.PODS);
        assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getSpec().getEnableServiceLinks()).isFalse();
        assertThat(pod.getSpec().getSecurityContext().getSeccompProfile().getType())
                .isEqualTo("RuntimeDefault");
        assertThat(all(pod)).allSatisfy(c -> {
            assertThat(c.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
            assertThat(c.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
            assertThat(c.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(c.getResources().getLimits()).containsKeys("cpu", "memory");
        });
    }

    @Test
    void the_operators_variables_win_and_nothing_is_expanded_in_the_tasks() {
        var task = TestTasks.stored();
        var spec = task.getSpec();
        var env = List.of(new EnvironmentVariable("HOME", "/root"), new EnvironmentVariable("A", "$(HOME)"));
        var agent = new Agent(spec.agent().type(), "", "", spec.agent().command(), List.of(), env, Agent.Output.TEXT);
        task.setSpec(withAgent(spec, agent));
        var pod = WorkerPod.of(new AttemptInput(task, 1, "x"), TestSettings.PODS);
        var set = container(pod, PodLayout.AGENT).getEnv();
        assertThat(set)
                .filteredOn(e -> e.getName().equals("HOME"))
                .extracting("value")
                .containsExactly("/home/agent");
        assertThat(set)
                .filteredOn(e -> e.getName().equals("A"))
                .extracting("value")
                .containsExactly("$$(HOME)");
    }

    @Test
    void the_agent_alone_knows_the_model_and_the_worker_what_the_agent_prints() throws Exception {
        var task = TestTasks.stored();
        var command = task.getSpec().agent().command();
        var agent = new Agent(Agent.Type.COMMAND, "", "a$(b)", command, List.of(), List.of(), Agent.Output.CODEX);
        task.setSpec(withAgent(task.getSpec(), agent));
        var attempt = new AttemptInput(task, 1, "x");
        var pod = WorkerPod.of(attempt, TestSettings.PODS);
        assertThat(container(pod, PodLayout.AGENT).getEnv())
                .filteredOn(e -> e.getName().equals("AGENTTASK_MODEL"))
                .extracting("value")
                .containsExactly("a$$(b)");
        assertThat(container(pod, PodLayout.VERIFY).getEnv()).extracting("name").doesNotContain("AGENTTASK_MODEL");
        var plan = AttemptSecret.of(attempt, TestSettings.PODS).getStringData().get(PodLayout.PLAN_FILE);
        assertThat(AgentTaskJson.MAPPER.readValue(plan, AttemptPlan.class).agentOutput())
                .isEqualTo(Agent.Output.CODEX);
    }

    @Test
    void arguments_reach_the_agent_as_they_are_written() {
        var agent = TestTasks.stored().getSpec().agent();
        var quoted = new Agent(
                agent.type(),
                "",
                "",
                List.of("sh", "-c", "echo 'a b' \"$HOME\"\n`id`"),
                List.of("", "$(id)"),
                List.of(),
                Agent.Output.TEXT);
        assertThat(AttemptSecret.agentScript(quoted))
                .isEqualTo("exec 'sh' '-c' 'echo '\\''a b'\\'' \"$HOME\"\n`id`' '' '$(id)'\n");
    }

    @Test
    void the_worker_knows_the_grace_that_the_kubelet_leaves_it() throws Exception {
        var secret = AttemptSecret.of(full(), TestSettings.PODS);
        var plan = AgentTaskJson.MAPPER.readValue(secret.getStringData().get(PodLayout.PLAN_FILE), AttemptPlan.class);
        assertThat(plan.grace().toSeconds())
                .isEqualTo(WorkerPod.of(full(), TestSettings.PODS).getSpec().getTerminationGracePeriodSeconds());
    }

    @Test
    void the_plan_names_branch_salvage_and_title() throws Exception {
        var input = new AttemptInput(TestTasks.stored(), 3, "\n  Make the tests pass.\nAll of them.");
        var secret = AttemptSecret.of(input, TestSettings.PODS);
        var plan = AgentTaskJson.MAPPER.readValue(secret.getStringData().get(PodLayout.PLAN_FILE), AttemptPlan.class);
        assertThat(plan.title()).isEqualTo("Make the tests pass.");
        assertThat(plan.branch()).isEqualTo("agenttask/fix-7d3f9");
        assertThat(plan.wipRef()).isEqualTo("refs/agenttask/wip/fix-7d3f9/3");
        assertThat(plan.attempt()).isEqualTo(3);
    }

    @Test
    void limits_that_a_task_gives_are_its_requests_too_and_the_rest_is_the_operators() {
        var pod = WorkerPod.of(full(), TestSettings.PODS);
        var resources = container(pod, PodLayout.AGENT).getResources();
        assertThat(resources.getLimits()).containsEntry("memory", Quantity.parse("2Gi"));
        assertThat(resources.getRequests())
                .containsEntry("memory", Quantity.parse("2Gi"))
                .containsEntry("cpu", Quantity.parse("500m"));
    }

    private static AttemptInput full() {
        return new AttemptInput(TestTasks.stored(FULL), 2, "Make the tests pass.");
    }

    private static AgentTaskSpec withAgent(AgentTaskSpec spec, Agent agent) {
        return new AgentTaskSpec(
                spec.repository(),
                spec.prompt(),
                spec.promptFrom(),
                agent,
                spec.setup(),
                spec.verify(),
                spec.delivery(),
                spec.limits(),
                spec.retry(),
                spec.resources(),
                spec.pod(),
                false,
                false,
                0,
                null);
    }

    private static Stream<Container> all(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
    }

    private static Container container(Pod pod, String name) {
        return all(pod).filter(c -> c.getName().equals(name)).findFirst().orElseThrow();
    }

    private static Set<String> volumesOf(Pod pod, String container) {
        return container(pod, container).getVolumeMounts().stream()
                .map(VolumeMount::getName)
                .collect(Collectors.toSet());
    }

    private static List<String> volumesWithItem(Pod pod, String item) {
        return pod.getSpec().getVolumes().stream()
                .filter(v -> v.getSecret() != null
                        && v.getSecret().getItems().stream()
                                .anyMatch(i -> i.getKey().equals(item)))
                .map(v -> v.getName())
                .toList();
    }
}
