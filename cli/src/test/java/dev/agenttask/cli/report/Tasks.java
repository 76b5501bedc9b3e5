package dev.agenttask.cli.report;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.cli.manifest.Yaml;

/** Tasks to say something about. */
final class Tasks {

    private Tasks() {}

    /** A task of namespace {@code shop}, created at 09:00:00, with a status as YAML. */
    static AgentTask task(String name, String status) {
        var yaml = """
                apiVersion: agenttask.dev/v1alpha1
                kind: AgentTask
                metadata: {name: %s, namespace: shop, uid: 0123abcd, creationTimestamp: "2026-01-01T09:00:00Z"}
                spec:
                  repository: {url: "https://git.example.com/acme/shop.git", ref: main}
                  prompt: Fix
                  agent: {type: command, command: [fix]}
                status:
                %s
                """.formatted(name, status.indent(2));
        return AgentTaskJson.MAPPER.convertValue(Yaml.documents(name, yaml).getFirst(), AgentTask.class);
    }

    static AgentTask succeeded(String name, String verified) {
        return task(name, """
                phase: Succeeded
                conditions:
                - {type: Succeeded, status: "True", reason: Succeeded, message: done, lastTransitionTime: "2026-01-01T09:01:30Z"}
                - {type: Finished, status: "True", reason: Succeeded, lastTransitionTime: "2026-01-01T09:01:30Z"}
                - {type: Verified, status: "%s", reason: X, lastTransitionTime: "2026-01-01T09:01:30Z"}
                base: {ref: main, commit: 1111111111111111111111111111111111111111}
                attempts:
                - {number: 1, podName: %s-1-x, outcome: Succeeded, durationSeconds: 80, startedAt: "2026-01-01T09:00:05Z",
                   logRef: refs/agenttask/log/%s-0123a/1}
                result: {branch: agenttask/%s, commit: 2222222222222222222222222222222222222222, link: agenttask/%s,
                         summary: "1 file changed, +1 -0"}
                """.formatted(verified, name, name, name, name));
    }

    static AgentTask failed(String name, String failureClass, String reason, String message) {
        return task(name, """
                phase: Failed
                conditions:
                - {type: Succeeded, status: "False", reason: %s, message: "%s", lastTransitionTime: "2026-01-01T09:01:30Z"}
                - {type: Finished, status: "True", reason: %s, lastTransitionTime: "2026-01-01T09:01:30Z"}
                base: {ref: main, commit: 1111111111111111111111111111111111111111}
                attempts:
                - {number: 1, podName: %s-1-x, outcome: Failed, class: %s, reason: %s, message: "%s", durationSeconds: 80,
                   startedAt: "2026-01-01T09:00:05Z", wipRef: refs/agenttask/wip/%s-0123a/1}
                """.formatted(reason, message, reason, name, failureClass, reason, message, name));
    }

    static AgentTask used(String name) {
        return task(name, """
                phase: Running
                attempts:
                - {number: 1, podName: %s-1-x, startedAt: "2026-01-01T09:00:05Z"}
                progress: {step: agent, message: working}
                usage: {inputTokens: 1000, cachedTokens: 800, outputTokens: 50, costUSD: "0.4375"}
                """.formatted(name));
    }

    static AgentTask running(String name) {
        return task(name, """
                phase: Running
                conditions:
                - {type: Succeeded, status: "Unknown", reason: Running, message: Attempt 1 runs., lastTransitionTime: "2026-01-01T09:00:05Z"}
                attempts:
                - {number: 1, podName: %s-1-x, startedAt: "2026-01-01T09:00:05Z"}
                progress: {step: agent, message: "thinking\\tabout it"}
                """.formatted(name));
    }
}
