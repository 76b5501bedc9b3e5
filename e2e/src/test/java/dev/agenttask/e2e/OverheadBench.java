package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What one trivial task costs; run by {@code make bench}, which prints the result. */
class OverheadBench {

    private static final int ROUNDS = Integer.getInteger("rounds", 7);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final StringBuilder report = new StringBuilder();
    private int serial;

    @Test
    void measure() throws Exception {
        try (var installation = Installation.connect();
                var namespace = TestNamespace.create(installation.client(), "bench")) {
            var git = GitServer.deploy(installation, namespace);
            git.createRepository("shop");
            times(namespace, git);
            requests(installation, namespace, git);
            memory(installation, namespace, git);
        }
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target/benchmark.md"), report);
    }

    /** Seconds from create to the observed end, in turns, so that all four meet the same machine. */
    private void times(TestNamespace namespace, GitServer git) throws IOException {
        var image = git.agentImage();
        Map<String, List<Double>> seconds = new TreeMap<>();
        Map<String, Runnable> contenders = Map.of(
                "1 bare pod", () -> runPod(namespace, image, false),
                "2 Job", () -> runJob(namespace, image),
                "3 pod of the same shape, each container runs `true`", () -> runPod(namespace, image, true),
                "4 AgentTask", () -> runTask(namespace, git));
        contenders.values().forEach(Runnable::run);
        for (int round = 0; round < ROUNDS; round++) {
            contenders.forEach((name, run) -> {
                var started = System.nanoTime();
                run.run();
                seconds.computeIfAbsent(name, n -> new ArrayList<>()).add((System.nanoTime() - started) / 1e9);
            });
        }
        report.append("| from create to the observed end, %d rounds | median | min | max |\n|---|---|---|---|\n"
                .formatted(ROUNDS));
        seconds.forEach((name, values) -> {
            values.sort(null);
            report.append("| %s | %.2f s | %.2f s | %.2f s |\n"
                    .formatted(name.substring(2), median(values), values.getFirst(), values.getLast()));
        });
        report.append("\nAgentTask beyond the pod of the same shape: %.2f s\n\n"
                .formatted(median(seconds.get("4 AgentTask"))
                        - median(seconds.get("3 pod of the same shape, each container runs `true`"))));
    }

    private static double median(List<Double> sorted) {
        return sorted.get(sorted.size() / 2);
    }

    private void runPod(TestNamespace namespace, String image, boolean sameShape) {
        var pod = new PodBuilder()
                .withNewMetadata()
                .withName("pod-" + ++serial)
                .endMetadata()
                .withSpec(sameShape ? shape(image) : bare(image))
                .build();
        namespace.create(pod);
        namespace
                .client()
                .pods()
                .inNamespace(namespace.name())
                .withName(pod.getMetadata().getName())
                .waitUntilCondition(OverheadBench::succeeded, LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static boolean succeeded(Pod pod) {
        return pod != null
                && pod.getStatus() != null
                && "Succeeded".equals(pod.getStatus().getPhase());
    }

    private void runJob(TestNamespace namespace, String image) {
        var job = new JobBuilder()
                .withNewMetadata()
                .withName("job-" + ++serial)
                .endMetadata()
                .withNewSpec()
                .withNewTemplate()
                .withSpec(bare(image))
                .endTemplate()
                .endSpec()
                .build();
        namespace.create(job);
        namespace
                .client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(namespace.name())
                .withName(job.getMetadata().getName())
                .waitUntilCondition(
                        found -> found != null
                                && found.getStatus() != null
                                && Integer.valueOf(1).equals(found.getStatus().getSucceeded()),
                        LIMIT.toSeconds(),
                        TimeUnit.SECONDS);
    }

    private String runTask(TestNamespace namespace, GitServer git) {
        var name = "task-" + ++serial;
        namespace.apply(name, git.task("shop", "echo more >> list", "true"));
        var status = namespace.await(name, LIMIT, s -> TestNamespace.condition(s, Condition.FINISHED, "True"));
        assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
        return name;
    }

    private static PodSpec bare(String image) {
        return new PodSpecBuilder()
                .withRestartPolicy("Never")
                .withContainers(container("main", image, "true"))
                .build();
    }

    private static PodSpec shape(String image) {
        var sidecar = container("worker", image, "trap 'exit 0' TERM; sleep 600 & wait");
        sidecar.setRestartPolicy("Always");
        return new PodSpecBuilder()
                .withRestartPolicy("Never")
                .withInitContainers(
                        container("clone", image, "true"),
                        sidecar,
                        container("agent", image, "true"),
                        container("verify", image, "true"))
                .withContainers(container("deliver", image, "true"))
                .build();
    }

    private static Container container(String name, String image, String script) {
        return new ContainerBuilder()
                .withName(name)
                .withImage(image)
                .withImagePullPolicy("IfNotPresent")
                .withCommand("/bin/sh", "-c", script)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(65532L)
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .build();
    }

    /** Requests of the controller to the API server, per task, by verb. */
    private void requests(Installation installation, TestNamespace namespace, GitServer git) throws Exception {
        var tasks = 5;
        var before = requestCounts(installation);
        for (int i = 0; i < tasks; i++) {
            runTask(namespace, git);
        }
        var after = requestCounts(installation);
        report.append("| API requests of the controller per task | |\n|---|---|\n");
        after.forEach((verb, count) -> {
            var perTask = (count - before.getOrDefault(verb, 0.0)) / tasks;
            if (perTask > 0) {
                report.append("| %s | %.1f |\n".formatted(verb, perTask));
            }
        });
        report.append('\n');
    }

    private static Map<String, Double> requestCounts(Installation installation) {
        Map<String, Double> counts = new TreeMap<>();
        Pattern.compile("agenttask_api_requests_total\\{resource=\"((?!leases).*)\",verb=\"(.*)\"} ([0-9.E]+)")
                .matcher(Metrics.of(installation))
                .results()
                .forEach(match -> counts.put(match.group(2) + " " + match.group(1), Double.valueOf(match.group(3))));
        return counts;
    }

    /** Resident memory of the worker while an agent runs, and of the controller after all that. */
    private void memory(Installation installation, TestNamespace namespace, GitServer git) throws Exception {
        namespace.apply("resident", git.task("shop", "seq 100000; echo more >> list; sleep 20", "true"));
        var status = namespace.await(
                "resident",
                LIMIT,
                s -> s.phase() == Phase.RUNNING
                        && s.progress() != null
                        && s.progress().step().equals("agent"));
        var worker = namespace
                .client()
                .pods()
                .inNamespace(namespace.name())
                .withName(status.latestAttempt().orElseThrow().podName())
                .get();
        report.append("| resident memory | |\n|---|---|\n");
        report.append(
                "| worker, agent running | %d MiB |\n".formatted(residentMebibytes(installation, worker, "worker")));
        report.append("| controller, after %d tasks | %d MiB |\n"
                .formatted(serial, residentMebibytes(installation, installation.pod("controller"), "controller")));
        namespace.awaitFinished("resident");
    }

    private static long residentMebibytes(Installation installation, Pod pod, String container) throws Exception {
        var process = installation.exec(pod, container, Duration.ofSeconds(20), "cat", "/proc/1/status");
        return process.lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
