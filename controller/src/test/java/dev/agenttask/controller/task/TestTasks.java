package dev.agenttask.controller.task;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.stream.Stream;

/** Tasks to test with. */
public final class TestTasks {

    public static final String UID = "7d3f9c2a-1111-4222-8333-444455556666";
    public static final Instant CREATED = Instant.parse("2026-01-01T10:00:00Z");

    private static final String SMALL = """
            apiVersion: agenttask.dev/v1alpha1
            kind: AgentTask
            metadata: {name: fix, namespace: team}
            spec:
              repository: {url: "https://git.example.com/acme/shop.git"}
              prompt: Make the tests pass.
              agent: {type: command, command: [sh, -c, "echo hello"]}
            """;

    private TestTasks() {}

    /** A task as the API server hands it out, with these lines in its spec besides what is required. */
    public static AgentTask stored(String... specLines) {
        var task = unstored(specLines);
        task.getMetadata().setUid(UID);
        task.getMetadata().setGeneration(1L);
        task.getMetadata().setResourceVersion("1");
        task.getMetadata().setCreationTimestamp(CREATED.toString());
        return task;
    }

    /** A task as a person writes it. A line about a field that is required replaces what is there. */
    public static AgentTask unstored(String... specLines) {
        var yaml = new StringBuilder();
        SMALL.lines()
                .filter(line -> Stream.of(specLines)
                        .noneMatch(more -> line.startsWith("  " + more.substring(0, more.indexOf(':') + 1))))
                .forEach(line -> yaml.append(line).append('\n'));
        for (var line : specLines) {
            yaml.append("  ").append(line).append('\n');
        }
        return Serialization.unmarshal(yaml.toString(), AgentTask.class);
    }

    /** The same task with another status. */
    public static AgentTask with(AgentTask task, AgentTaskStatus status) {
        var copy = Serialization.clone(task);
        copy.setStatus(status);
        return copy;
    }
}
