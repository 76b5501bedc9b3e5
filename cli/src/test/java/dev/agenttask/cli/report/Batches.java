package dev.agenttask.cli.report;

import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.cli.manifest.Yaml;

/** Batches as the API server has them. */
final class Batches {

    private Batches() {}

    /** A batch of the items a, b, c and d, with more of the spec in YAML's flow style, and a status. */
    static AgentTaskBatch batch(String spec, String status) {
        var yaml = """
                apiVersion: agenttask.dev/v1alpha1
                kind: AgentTaskBatch
                metadata: {name: fix, namespace: shop, uid: b-uid, creationTimestamp: "2026-01-01T09:00:00Z"}
                spec: {template: {spec: {prompt: Fix}}, items: [{name: a}, {name: b}, {name: c}, {name: d}], %s}
                status:
                %s
                """.formatted(spec, status.indent(2));
        return AgentTaskJson.MAPPER.convertValue(Yaml.documents("batch", yaml).getFirst(), AgentTaskBatch.class);
    }

    /** The condition Succeeded. */
    static String why(String status, String reason, String message) {
        return """
                conditions:
                - {type: Succeeded, status: "%s", reason: %s, message: "%s", lastTransitionTime: "2026-01-01T09:01:30Z"}
                """.formatted(status, reason, message);
    }
}
