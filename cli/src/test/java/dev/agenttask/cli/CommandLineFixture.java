package dev.agenttask.cli;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.AgentTaskSpec;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.api.batch.AgentTaskBatchStatus;
import dev.agenttask.api.batch.BatchPlan;
import dev.agenttask.api.batch.BatchPlan.PlannedTask;
import dev.agenttask.cli.command.Commands;
import dev.agenttask.cli.command.Terminal;
import dev.agenttask.cli.manifest.Yaml;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/**
 * Runs the command line in a namespace of a test, and plays the operator there.
 *
 * @param server that it talks to
 * @param namespace of the test
 */
public record CommandLineFixture(ApiServer.Running server, String namespace) {

    /** How long a test waits for what takes a moment; a busy machine takes longer than one. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * What a command line did.
     *
     * @param code its exit code
     * @param out its standard output
     * @param err its standard error
     */
    public record Ended(int code, String out, String err) {}

    public static CommandLineFixture of(ApiServer.Running server) {
        return new CommandLineFixture(server, server.namespace());
    }

    /** Runs a command in the namespace of the test. */
    public Ended run(String... arguments) {
        return runWithInput("", arguments);
    }

    /** The same with a standard input. */
    public Ended runWithInput(String input, String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--kubeconfig", server.kubeconfig().toString(), "--namespace", namespace));
        return execute(input, all);
    }

    /** The same, with a standard output that can be read meanwhile. */
    public Ended runWriting(StringWriter out, String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--kubeconfig", server.kubeconfig().toString(), "--namespace", namespace));
        return execute("", out, all);
    }

    /** Does something beside the test. Not in the common pool, whose threads, few on a small machine, the HTTP client needs. */
    public static <T> CompletableFuture<T> meanwhile(Supplier<T> action) {
        return CompletableFuture.supplyAsync(action, Thread::startVirtualThread);
    }

    /** Runs a command as it is. */
    public static Ended execute(String input, List<String> arguments) {
        return execute(input, new StringWriter(), arguments);
    }

    private static Ended execute(String input, StringWriter out, List<String> arguments) {
        var err = new StringWriter();
        var terminal = new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(out),
                new PrintWriter(err),
                Optional.empty(),
                Optional.empty(),
                Clock.systemUTC());
        var code = Commands.of(terminal).execute(arguments.toArray(String[]::new));
        return new Ended(code, out.toString(), err.toString());
    }

    /** A terminal that nobody looks at. */
    public static Terminal terminal() {
        return new Terminal(
                new ByteArrayInputStream(new byte[0]),
                new PrintWriter(new StringWriter()),
                new PrintWriter(new StringWriter()),
                Optional.empty(),
                Optional.empty(),
                Clock.systemUTC());
    }

    public Resource<AgentTask> task(String name) {
        return server.client().resources(AgentTask.class).inNamespace(namespace).withName(name);
    }

    /** The names of all tasks. */
    public List<String> tasks() {
        return server.client().resources(AgentTask.class).inNamespace(namespace).list().getItems().stream()
                .map(task -> task.getMetadata().getName())
                .sorted()
                .toList();
    }

    /** Waits for a task to be there, and writes a status, given as YAML, as the operator would. */
    public void play(String name, String status) {
        var parsed = AgentTaskJson.MAPPER.convertValue(
                Yaml.documents("status", status).getFirst(), AgentTaskStatus.class);
        task(name).waitUntilCondition(task -> task != null, 30, TimeUnit.SECONDS);
        task(name).editStatus(task -> {
            task.setStatus(parsed);
            return task;
        });
    }

    public Resource<AgentTaskBatch> batch(String name) {
        return server.client()
                .resources(AgentTaskBatch.class)
                .inNamespace(namespace)
                .withName(name);
    }

    /** The names of all batches. */
    public List<String> batches() {
        return server.client().resources(AgentTaskBatch.class).inNamespace(namespace).list().getItems().stream()
                .map(batch -> batch.getMetadata().getName())
                .toList();
    }

    /** Waits for the batch that is there, and makes the task of an item of it, as the operator would. */
    public AgentTaskBatch start(String... items) {
        Awaitility.await().atMost(PATIENCE).until(() -> !batches().isEmpty());
        var batch = batch(batches().getFirst()).get();
        for (var item : items) {
            BatchPlan.of(batch).tasks().stream()
                    .filter(task -> task.item().equals(item))
                    .forEach(task -> create(batch, task));
        }
        return batch;
    }

    private void create(AgentTaskBatch batch, PlannedTask planned) {
        var task = new AgentTask();
        task.setMetadata(new ObjectMetaBuilder()
                .withName(planned.name())
                .withLabels(Map.of(
                        "agenttask.dev/batch", batch.getMetadata().getName(),
                        "agenttask.dev/batch-uid", batch.getMetadata().getUid(),
                        "agenttask.dev/item", planned.item()))
                .build());
        task.setSpec(AgentTaskJson.MAPPER.convertValue(planned.spec(), AgentTaskSpec.class));
        server.client().resource(task).inNamespace(namespace).create();
    }

    /** Writes the status of a batch, given as YAML, as the operator would. */
    public void playBatch(String name, String status) {
        var parsed = AgentTaskJson.MAPPER.convertValue(
                Yaml.documents("status", status).getFirst(), AgentTaskBatchStatus.class);
        batch(name).editStatus(batch -> {
            batch.setStatus(parsed);
            return batch;
        });
    }

    /** A status of a task that has ended. */
    public static String ended(String phase, String reason, String message) {
        return """
                phase: %s
                conditions:
                - {type: Succeeded, status: "%s", reason: %s, message: "%s", lastTransitionTime: "2026-01-01T09:01:30Z"}
                - {type: Finished, status: "True", reason: %s, lastTransitionTime: "2026-01-01T09:01:30Z"}
                """.formatted(phase, phase.equals("Succeeded") ? "True" : "False", reason, message, reason);
    }

    /** A manifest. */
    public static String manifest(String metadata, String prompt) {
        return """
                apiVersion: agenttask.dev/v1alpha1
                kind: AgentTask
                metadata: %s
                spec:
                  repository: {url: "https://git.example.com/acme/shop.git"}
                  prompt: %s
                  agent: {type: command, command: [fix]}
                """.formatted(metadata, prompt);
    }
}
