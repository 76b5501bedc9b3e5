package dev.agenttask.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.controller.task.AttemptNames;
import dev.agenttask.controller.task.QueueOrder.Slots;
import dev.agenttask.controller.task.TestTasks;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ApiServer.class)
class AdmissionIT {

    private ApiServer.Running server;
    private String namespace;

    @BeforeEach
    void prepare(ApiServer.Running running) {
        server = running;
        namespace = server.namespace();
    }

    @Test
    void a_task_waits_for_its_secret_and_goes_on_by_itself_when_it_appears() {
        try (var controller = Controller.start(server, namespace)) {
            controller.create(withSecret());
            var waiting = controller.awaitPhase("fix", Phase.PENDING).getStatus();
            assertThat(waiting.condition(Condition.ADMITTED).orElseThrow().reason())
                    .isEqualTo("SecretNotFound");
            assertThat(waiting.condition(Condition.ADMITTED).orElseThrow().message())
                    .contains("shop-git");
            assertThat(controller.pods("fix", 1)).isEmpty();
            createSecret("git.example.com");
            controller.awaitPod("fix");
            controller.awaitPhase("fix", Phase.RUNNING);
        }
    }

    @Test
    void a_secret_is_not_used_for_a_host_that_it_does_not_name() {
        try (var controller = Controller.start(server, namespace)) {
            createSecret("other.example.com");
            controller.create(withSecret());
            var failed = controller.awaitPhase("fix", Phase.FAILED).getStatus();
            var why = failed.condition(Condition.SUCCEEDED).orElseThrow();
            assertThat(why.reason()).isEqualTo("CredentialNotForHost");
            assertThat(why.message()).contains("kubectl annotate secret shop-git");
            assertThat(controller.pods("fix", 1)).isEmpty();
        }
    }

    @Test
    void a_prompt_is_read_from_a_config_map_once_it_is_there() {
        var task = TestTasks.unstored();
        var yaml = Serialization.asYaml(task)
                .replace(
                        "prompt: \"Make the tests pass.\"", "promptFrom: {configMapKeyRef: {name: prompts, key: fix}}");
        try (var controller = Controller.start(server, namespace)) {
            controller.create(Serialization.unmarshal(yaml, AgentTask.class));
            controller.awaitReason("fix", "PromptNotFound");
            server.client()
                    .resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("prompts")
                            .withNamespace(namespace)
                            .endMetadata()
                            .withData(Map.of("fix", "From the map."))
                            .build())
                    .create();
            var pod = controller.awaitPod("fix");
            var secret = server.client()
                    .secrets()
                    .inNamespace(namespace)
                    .withName(pod.getMetadata().getName())
                    .get();
            assertThat(secret.getData()).containsEntry("prompt", "RnJvbSB0aGUgbWFwLg==");
        }
    }

    @Test
    void a_pod_owned_by_someone_else_is_never_adopted_and_never_touched() {
        var task = TestTasks.unstored("suspend: true");
        try (var controller = Controller.start(server, namespace)) {
            var created = controller.create(task);
            controller.awaitPhase("fix", Phase.QUEUED);
            var foreign = server.client()
                    .resource(new PodBuilder()
                            .withNewMetadata()
                            .withName(AttemptNames.pod(AttemptNames.id(created), 1))
                            .withNamespace(namespace)
                            .endMetadata()
                            .withNewSpec()
                            .addNewContainer()
                            .withName("main")
                            .withImage("image")
                            .endContainer()
                            .endSpec()
                            .build())
                    .create();
            edit("fix", "{\"spec\":{\"suspend\":false}}");
            var failed = controller.awaitPhase("fix", Phase.FAILED).getStatus();
            assertThat(failed.condition(Condition.SUCCEEDED).orElseThrow().reason())
                    .isEqualTo("PodNameTaken");
            assertThat(failed.attempts()).isEmpty();
            assertThat(controller
                            .pod(foreign.getMetadata().getName())
                            .getMetadata()
                            .getResourceVersion())
                    .isEqualTo(foreign.getMetadata().getResourceVersion());
            assertThat(server.client().secrets().inNamespace(namespace).list().getItems())
                    .isEmpty();
        }
    }

    @Test
    void a_pod_that_the_cluster_refuses_fails_the_task_with_the_clusters_words() {
        try (var controller = Controller.start(server, namespace)) {
            controller.create(TestTasks.unstored("resources: {limits: {\"bad name\": 1}}"));
            var failed = controller.awaitPhase("fix", Phase.FAILED).getStatus();
            assertThat(failed.condition(Condition.SUCCEEDED).orElseThrow().reason())
                    .isEqualTo("PodRefused");
            assertThat(failed.condition(Condition.SUCCEEDED).orElseThrow().message())
                    .contains("bad name");
        }
    }

    @Test
    void never_more_than_max_running_run_and_every_task_gets_its_turn() {
        var slots = new Slots(5, 0);
        var over = ConcurrentHashMap.<String>newKeySet();
        try (var controller = Controller.start(server, namespace, slots)) {
            IntStream.range(0, 20).forEach(i -> controller.create(named("task-" + i)));
            Controller.eventually(() -> assertThat(live(over)).hasSize(5));
            while (over.size() < 20) {
                var running = live(over);
                assertThat(running).hasSizeLessThanOrEqualTo(5);
                for (var task : running) {
                    controller
                            .kubelet(controller.awaitPod(task))
                            .place()
                            .failAgent(70, "{\"message\":\"exit code 3\"}");
                    over.add(task);
                }
                Controller.eventually(() -> assertThat(live(over)).hasSize(Math.min(5, 20 - over.size())));
            }
            IntStream.range(0, 20).forEach(i -> controller.awaitPhase("task-" + i, Phase.FAILED));
        }
    }

    @Test
    void higher_priority_leaves_the_queue_first_also_after_a_restart() {
        var slots = new Slots(1, 0);
        String first;
        try (var controller = Controller.start(server, namespace, slots)) {
            controller.create(named("first"));
            first = controller.awaitPod("first").getMetadata().getName();
            controller.create(named("low"));
            controller.awaitPhase("low", Phase.QUEUED);
            controller.create(named("high", "priority: 10"));
            controller.awaitPhase("high", Phase.QUEUED);
        }
        try (var controller = Controller.start(server, namespace, slots)) {
            controller.kubelet(controller.pod(first)).place().failAgent(70, "{\"message\":\"exit code 3\"}");
            controller.awaitPhase("first", Phase.FAILED);
            controller.awaitPod("high");
            assertThat(controller.get("low").getStatus().phase()).isEqualTo(Phase.QUEUED);
        }
    }

    private Set<String> live(Set<String> over) {
        return Set.copyOf(server.client().pods().inNamespace(namespace).list().getItems().stream()
                .map(p -> p.getMetadata().getLabels().get("agenttask.dev/task"))
                .filter(name -> !over.contains(name))
                .toList());
    }

    private void edit(String name, String patch) {
        server.client()
                .resources(AgentTask.class)
                .inNamespace(namespace)
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    private void createSecret(String hosts) {
        server.client()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("shop-git")
                        .withNamespace(namespace)
                        .withAnnotations(Map.of("agenttask.dev/hosts", hosts))
                        .endMetadata()
                        .withType("kubernetes.io/basic-auth")
                        .withStringData(Map.of("username", "bot", "password", "secret"))
                        .build())
                .create();
    }

    private static AgentTask withSecret() {
        return TestTasks.unstored("delivery: {credentialsSecret: shop-git}");
    }

    private static AgentTask named(String name, String... lines) {
        var task = TestTasks.unstored(lines);
        task.getMetadata().setName(name);
        return task;
    }
}
