package dev.agenttask.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The single node's own scripts, which reach what Kubernetes has no name for. Each fails with what its script said. */
public final class SingleNode {

    private static final Path SCRIPTS = Path.of("../cluster");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final int NOTHING_TO_KILL = 3;

    /** Kills the API server and starts it again. */
    public void restartApiServer() throws IOException, InterruptedException {
        run("restart", List.of("kube-apiserver"));
    }

    /** Kills containerd's shim of a pod. */
    public void crashShim(String namespace, String pod) throws IOException, InterruptedException {
        run("crash", List.of("shim", namespace, pod));
    }

    /** Kills the first process of a container; false if it had ended before. */
    public boolean crashContainer(String namespace, String pod, String container)
            throws IOException, InterruptedException {
        try {
            run("crash", List.of("container", namespace, pod, container));
            return true;
        } catch (ExitException e) {
            if (e.code() != NOTHING_TO_KILL) {
                throw e;
            }
            return false;
        }
    }

    /** Stops the kubelet as it is: the node is lost to the cluster, while its pods run on. */
    void pauseKubelet() throws IOException, InterruptedException {
        run("pause", List.of("kubelet"));
    }

    /** Lets the kubelet go on. */
    void resumeKubelet() throws IOException, InterruptedException {
        run("pause", List.of("kubelet", "off"));
    }

    /** What is left on the node of pods that are gone, a line each. */
    public List<String> remains(Collection<String> podUids) throws IOException, InterruptedException {
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
                throw new ExitException(command, process.exitValue(), said);
            }
            return said;
        } finally {
            Files.delete(output);
        }
    }

    /** A script failed, and says why. */
    private static final class ExitException extends IOException {

        private final int code;

        ExitException(List<String> command, int code, String said) {
            super(command + " exited with " + code + ": " + said);
            this.code = code;
        }

        int code() {
            return code;
        }
    }
}
