package dev.agenttask.cli.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.batch.AgentTaskBatchSpec;
import dev.agenttask.api.batch.BatchPlan;
import dev.agenttask.api.batch.BatchPlan.PlannedTask;
import dev.agenttask.cli.exit.UsageException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The tasks that the operator will make of a batch, so that they are checked before anything is sent. */
public final class PlannedBatch {

    /** What etcd stores at most is 1.5 MiB, of which the API server's own notes on the fields take a part. */
    private static final int MOST_BYTES = 1_300_000;

    private PlannedBatch() {}

    /**
     * The tasks of a batch that has a name.
     *
     * @throws UsageException if it is too large, or an item's parameters do not fit the template; the message names all of
     *     these, and where they stand
     */
    public static List<Manifest> tasks(Manifest manifest) {
        var plan = BatchPlan.of(manifest.name(), spec(manifest));
        var mistakes = plan.mistakes().stream()
                .map(mistake -> manifest.place(mistake.item()) + ": " + mistake.message())
                .toList();
        if (!mistakes.isEmpty()) {
            throw new UsageException(Problems.shown(mistakes));
        }
        return plan.tasks().stream().map(task -> manifest(manifest, task)).toList();
    }

    private static AgentTaskBatchSpec spec(Manifest manifest) {
        try {
            var size = manifest.tree().toString().getBytes(StandardCharsets.UTF_8).length;
            if (size > MOST_BYTES) {
                throw new UsageException(
                        "%s has %.1f MB, and an object in Kubernetes has room for %.1f MB. Split the items over"
                                        .formatted(manifest.where(), size / 1e6, MOST_BYTES / 1e6)
                                + " several batches of the same template, or keep long prompts in the repository:"
                                + " spec.promptFrom.repositoryFile.");
            }
            return AgentTaskJson.MAPPER.treeToValue(manifest.spec(), AgentTaskBatchSpec.class);
        } catch (JsonProcessingException e) {
            var message = e.getOriginalMessage().lines().findFirst().orElse("");
            throw new UsageException(manifest.where() + " is not what an AgentTaskBatch looks like: " + message, e);
        }
    }

    private static Manifest manifest(Manifest batch, PlannedTask task) {
        var tree = batch.tree().objectNode();
        tree.put("apiVersion", ManifestReader.API_VERSION).put("kind", Kind.TASK.toString());
        var metadata = tree.putObject("metadata").put("name", task.name());
        if (!batch.namespace().isEmpty()) {
            metadata.put("namespace", batch.namespace());
        }
        task.labels().forEach(metadata.putObject("labels")::put);
        task.annotations().forEach(metadata.putObject("annotations")::put);
        tree.set("spec", task.spec());
        return new Manifest(batch.place(task.item()), task.name(), Kind.TASK, tree);
    }
}
