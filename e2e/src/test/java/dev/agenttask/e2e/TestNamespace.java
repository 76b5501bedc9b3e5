package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A namespace that enforces Pod Security {@code restricted}, and is gone after the test. */
public record TestNamespace(KubernetesClient client, String name) implements AutoCloseable {

    /** How long is waited for what takes as long as the machine needs. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    public static TestNamespace create(KubernetesClient client, String prefix) {
        var name = prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
        return new TestNamespace(client, name);
    }

    /** Applies a task as a user writes it: the YAML of its spec. */
    public AgentTask apply(String task, String spec) {
        var yaml = "apiVersion: agenttask.dev/v1alpha1\nkind: AgentTask\nmetadata: {name: %s}\nspec:\n%s"
                .formatted(task, spec.indent(2));
        return client.resource(Serialization.unmarshal(yaml, AgentTask.class))
                .inNamespace(name)
                .create();
    }

    Resource<AgentTask> task(String task) {
        return client.resources(AgentTask.class).inNamespace(name).withName(task);
    }

    void patch(String task, String mergePatch) {
        task(task).patch(PatchContext.of(PatchType.JSON_MERGE), mergePatch);
    }

    AgentTaskStatus status(String task) {
        return Optional.ofNullable(task(task).get().getStatus()).orElse(AgentTaskStatus.NONE);
    }

    /** Waits for what takes as long as the machine needs. */
    AgentTaskStatus await(String task, Predicate<AgentTaskStatus> wanted) {
        return await(task, PATIENCE, wanted);
    }

    /** Waits until the status is as wanted, by watching; fails with what it was instead. */
    AgentTaskStatus await(String task, Duration timeout, Predicate<AgentTaskStatus> wanted) {
        try {
            return task(task)
                    .waitUntilCondition(
                            found -> found != null && found.getStatus() != null && wanted.test(found.getStatus()),
                            timeout.toSeconds(),
                            TimeUnit.SECONDS)
                    .getStatus();
        } catch (KubernetesClientTimeoutException e) {
            throw new AssertionError(
                    "after " + timeout + " the status is\n" + Serialization.asYaml(status(task)) + "\nevents: "
                            + events(task).stream().map(Event::getMessage).toList(),
                    e);
        }
    }

    AgentTaskStatus awaitFinished(String task) {
        return await(task, status -> condition(status, Condition.FINISHED, "True"));
    }

    /** Waits for the end of a task that was tried once, and failed for that reason. */
    Attempt awaitFailure(String task, FailureClass failureClass, String reason) {
        var status = awaitFinished(task);
        assertThat(status.attempts()).as(Serialization.asYaml(status)).hasSize(1);
        var attempt = status.attempts().getFirst();
        assertThat(attempt.reason()).as(attempt.message()).isEqualTo(reason);
        assertThat(attempt.failureClass()).isEqualTo(failureClass);
        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        assertThat(status.condition(Condition.SUCCEEDED).orElseThrow().reason()).isEqualTo(reason);
        return attempt;
    }

    /** Waits until the attempt of that number is over. */
    Attempt awaitEnd(String task, int number) {
        return await(task, status -> status.attempts().stream()
                        .anyMatch(attempt -> attempt.number() == number && attempt.finished()))
                .attempts()
                .get(number - 1);
    }

    AgentTaskStatus awaitPhase(String task, Phase phase) {
        return await(task, status -> status.phase() == phase);
    }

    /** Waits until a step has begun, as the progress in the status tells. */
    AgentTaskStatus awaitStep(String task, String step) {
        return await(
                task,
                status -> status.progress() != null && status.progress().step().equals(step));
    }

    static boolean condition(AgentTaskStatus status, String type, String wanted) {
        return status.condition(type).filter(c -> c.status().equals(wanted)).isPresent();
    }

    /** Waits for an event about a task. They are written beside its status. */
    void awaitEvent(String task, String reason) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(events(task))
                .extracting(Event::getReason)
                .contains(reason));
    }

    List<Event> events(String task) {
        return client.v1()
                .events()
                .inNamespace(name)
                .withField("involvedObject.name", task)
                .list()
                .getItems();
    }

    <T extends HasMetadata> T create(T resource) {
        return client.resource(resource).inNamespace(name).create();
    }

    @Override
    public void close() {
        client.namespaces().withName(name).delete();
    }
}
