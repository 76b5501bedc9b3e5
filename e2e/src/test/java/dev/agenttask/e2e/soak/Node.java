package dev.agenttask.e2e.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The single node's own scripts, which reach what Kubernetes has no name for. */
final class Node {

    private static final Path SCRIPTS = Path.of("../cluster");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Kills the API server and starts it again. */
    void restartApiServer() throws IOException, InterruptedException {
        run("restart", List.of("kube-apiserver"));
    }

    /** Kills containerd's shim of a pod. */
    void crashShim(String namespace, String pod) throws IOException, InterruptedException {
        run("crash", List.of("shim", namespace, pod));
    }

    /** Kills the first process of a container. */
    void crashContainer(String namespace, String pod, String container) throws IOException, InterruptedException {
        run("crash", List.of("container", namespace, pod, container));
    }

    /** What is left on the node of pods that are gone, a line each. */
    List<String> remains(Collection<String> podUids) throws IOException, InterruptedException {
        return run("remains", podUids).lines().toList();
    }

    private static String run(String script, Collection<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(SCRIPTS.resolve(script).toString()));
        command.addAll(arguments);
        var output = Files.createTempFile("agenttask-soak", script);
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command + " has not ended after " + LIMIT);
            }
            var said = Files.readString(output).strip();
            if (process.exitValue() != 0) {
                throw new IOException(command + " exited with " + process.exitValue() + ": " + said);
            }
            return said;
        } finally {
            Files.delete(output);
        }
    }
}
