package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The operator that {@code make install} put into the cluster of the current kubeconfig.
 *
 * @param client of the cluster, with the rights of an administrator
 * @param namespace that the operator runs in
 */
public record Installation(KubernetesClient client, String namespace) implements AutoCloseable {

    /** Connects, and waits for the operator to be ready. */
    public static Installation connect() {
        var installation = new Installation(
                new KubernetesClientBuilder().build(), System.getenv().getOrDefault("NAMESPACE", "agenttask-system"));
        installation.awaitReady();
        return installation;
    }

    /** Waits until every replica of the operator is ready and one of them leads. */
    public void awaitReady() {
        client.apps()
                .deployments()
                .inNamespace(namespace)
                .withLabel("app.kubernetes.io/component", "controller")
                .waitUntilCondition(Installation::rolledOut, 2, TimeUnit.MINUTES);
        awaitLeader(name -> true);
    }

    /** Sets a variable of the operator, waits for the rollout, and tells what it was before. */
    String configure(String variable, String value) {
        var deployments = client.apps().deployments().inNamespace(namespace);
        var controller = deployments
                .withLabel("app.kubernetes.io/component", "controller")
                .list()
                .getItems()
                .getFirst();
        var before = variable(controller, variable).getValue();
        deployments.withName(controller.getMetadata().getName()).edit(deployment -> {
            variable(deployment, variable).setValue(value);
            return deployment;
        });
        awaitReady();
        return before;
    }

    private static EnvVar variable(Deployment deployment, String name) {
        var container =
                deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
        return container.getEnv().stream()
                .filter(variable -> variable.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Waits for a replica with such a name to lead, and tells which it is. */
    Pod awaitLeader(Predicate<String> wanted) {
        var name = client.leases()
                .inNamespace(namespace)
                .withName("agenttask")
                .waitUntilCondition(
                        lease -> lease != null && !holder(lease).isEmpty() && wanted.test(holder(lease)),
                        1,
                        TimeUnit.MINUTES)
                .getSpec()
                .getHolderIdentity();
        var pod = client.pods().inNamespace(namespace).withName(name).get();
        return pod == null ? awaitLeader(wanted.and(next -> !next.equals(name))) : pod;
    }

    /** The pods of a component that nobody has deleted. */
    List<Pod> pods(String component) {
        return client
                .pods()
                .inNamespace(namespace)
                .withLabel("app.kubernetes.io/component", component)
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    /** The pod of a component; of the controller's, the one that leads. */
    public Pod pod(String component) {
        return component.equals("controller")
                ? awaitLeader(name -> true)
                : pods(component).stream()
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("no pod of component " + component + " in " + namespace));
    }

    /**
     * Takes the leader away without a chance to give its lease back, as a lost node does: its processes on this machine
     * are killed, and the pod is removed by force. On another cluster the pod is removed alone.
     */
    public void killController() {
        var pod = pod("controller");
        ProcessHandle.allProcesses()
                .filter(process -> runsIn(process, pod.getMetadata().getName()))
                .forEach(ProcessHandle::destroyForcibly);
        client.resource(pod).withGracePeriod(0).delete();
    }

    private static boolean runsIn(ProcessHandle process, String pod) {
        try {
            var environment = Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "environ"), StandardCharsets.ISO_8859_1);
            return environment.contains("AGENTTASK_LEADER_ELECTION_IDENTITY=" + pod + "\0");
        } catch (IOException e) {
            return false;
        }
    }

    private static String holder(Lease lease) {
        return Optional.ofNullable(lease.getSpec().getHolderIdentity()).orElse("");
    }

    private static boolean rolledOut(Deployment deployment) {
        if (deployment == null || deployment.getStatus() == null) {
            return false;
        }
        var wanted = deployment.getSpec().getReplicas();
        var status = deployment.getStatus();
        return deployment.getMetadata().getGeneration().equals(status.getObservedGeneration())
                && wanted.equals(status.getReadyReplicas())
                && wanted.equals(status.getUpdatedReplicas())
                && wanted.equals(status.getReplicas());
    }

    /** What a command in a pod prints; the test fails if it does not exit with 0 in time. */
    public String exec(Pod pod, String container, Duration timeout, String... command) throws Exception {
        return exec(pod, container, Set.of(0), timeout, command);
    }

    /** The same for a command that may exit with one of several codes. */
    String exec(Pod pod, String container, Set<Integer> codes, Duration timeout, String... command) throws Exception {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        try (var watch = client.pods()
                .resource(pod)
                .inContainer(container)
                .writingOutput(out)
                .writingError(err)
                .exec(command)) {
            var exit = watch.exitCode().get(timeout.toSeconds(), TimeUnit.SECONDS);
            assertThat(exit)
                    .as("%s: %s", String.join(" ", command), err.toString(StandardCharsets.UTF_8))
                    .isIn(codes);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.close();
    }
}
