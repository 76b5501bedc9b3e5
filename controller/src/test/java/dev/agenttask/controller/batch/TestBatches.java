package dev.agenttask.controller.batch;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Usage;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.controller.task.TestTasks;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Batches and tasks of them, for tests. */
public final class TestBatches {

    private TestBatches() {}

    /** A batch of as many items, with more of the spec in YAML, each line of it without indentation. */
    public static AgentTaskBatch batch(int items, String more) {
        return parse(
                IntStream.range(0, items)
                        .mapToObj("{name: i%1$d, parameters: {module: m%1$d}}"::formatted)
                        .collect(Collectors.joining(",\n    ")),
                more);
    }

    /** A batch of items in YAML's flow style. */
    public static AgentTaskBatch parse(String items, String more) {
        var batch = Serialization.unmarshal(yaml("tidy", items, more), AgentTaskBatch.class);
        batch.getMetadata().setUid("b-uid");
        batch.getMetadata().setGeneration(1L);
        return batch;
    }

    /** The same as a person writes it. */
    public static String yaml(String name, String items, String more) {
        return """
                apiVersion: agenttask.dev/v1alpha1
                kind: AgentTaskBatch
                metadata: {name: %s}
                spec:
                  template:
                    labels: {team: a, module: "{{module}}"}
                    spec:
                      repository: {url: "https://git.example.com/acme/shop.git", ref: main}
                      prompt: Tidy {{module}}.
                      agent: {type: command, command: [sh, -c, "true"]}
                      verify: {commands: [{name: test, run: make test}]}
                  items: [
                    %s]
                %s""".formatted(name, items, more.indent(2));
    }

    /** A task of the batch in some phase. */
    public static AgentTask task(String item, Phase phase, String reason) {
        return task(item, phase, reason, null);
    }

    /** A task of the batch in some phase, whose agent says it used that. */
    static AgentTask task(String item, Phase phase, String reason, @Nullable Usage usage) {
        var task = TestTasks.unstored();
        task.getMetadata().setName("tidy-" + item);
        task.getMetadata().setAnnotations(Map.of());
        var why = new Condition(Condition.SUCCEEDED, "False", reason, "Because.", 1L, Instant.EPOCH);
        task.setStatus(new AgentTaskStatus(1L, phase, List.of(why), null, List.of(), null, null, null, usage, null));
        return task;
    }
}
