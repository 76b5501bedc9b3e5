package dev.agenttask.e2e;

import dev.agenttask.api.Attempt;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A task whose agent or checks are hostile. The scripts are in the test resources, under {@code attacks}.
 *
 * @param git serves its repository
 * @param repository that it works on
 */
record Attack(GitServer git, String repository) {

    /** The script of that name. */
    static String script(String name) throws IOException {
        try (var in = Attack.class.getResourceAsStream("/attacks/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The spec of a task: a program with its arguments, and the checks by name. JSON, which is YAML too. */
    String spec(List<String> command, Map<String, String> environment, Map<String, String> checks) {
        var spec = new LinkedHashMap<String, Object>();
        spec.put("repository", Map.of("url", git.url(repository), "ref", "main", "credentialsSecret", "git-write"));
        spec.put("prompt", "Do harm.");
        spec.put(
                "agent",
                Map.of(
                        "type",
                        "command",
                        "command",
                        command,
                        "env",
                        environment.entrySet().stream()
                                .map(e -> Map.of("name", e.getKey(), "value", e.getValue()))
                                .toList()));
        spec.put(
                "verify",
                Map.of(
                        "commands",
                        checks.entrySet().stream()
                                .map(e -> Map.of("name", e.getKey(), "run", e.getValue()))
                                .toList()));
        // Small enough for all of them to run at once.
        spec.put(
                "resources",
                Map.of(
                        "requests", Map.of("cpu", "50m", "memory", "128Mi"),
                        "limits", Map.of("cpu", "1", "memory", "1Gi")));
        return Serialization.asJson(spec);
    }

    /** The content of a file in a commit that is on the server. */
    String file(String commit, String path) throws Exception {
        return git.git(repository, "show", commit + ":" + path);
    }

    /** The paths of a commit. */
    List<String> paths(String commit) throws Exception {
        return List.of(git.git(repository, "ls-tree", "-r", "-z", "--name-only", commit)
                .split("\0"));
    }

    /** How often containers of an attempt's pod were started again. */
    int restarts(Attempt attempt) {
        var pod = git.installation()
                .client()
                .pods()
                .inNamespace(git.namespace().name())
                .withName(attempt.podName())
                .get();
        return pod.getStatus().getInitContainerStatuses().stream()
                .mapToInt(container -> container.getRestartCount())
                .sum();
    }
}
