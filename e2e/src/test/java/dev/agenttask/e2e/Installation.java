package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The operator that {@code make install} put into the cluster of the current kubeconfig.
 *
 * @param client of the cluster, with the rights of an administrator
 * @param namespace that the operator runs in
 */
record Installation(KubernetesClient client, String namespace) implements AutoCloseable {

    /** Connects, and waits for the operator to be ready. */
    static Installation connect() {
        var installation = new Installation(
                new KubernetesClientBuilder().build(), System.getenv().getOrDefault("NAMESPACE", "agenttask-system"));
        installation.awaitReady();
        return installation;
    }

    void awaitReady() {
        client.apps()
                .deployments()
                .inNamespace(namespace)
                .withLabel("app.kubernetes.io/component", "controller")
                .waitUntilCondition(
                        deployment -> deployment != null
                                && deployment.getStatus() != null
                                && Integer.valueOf(1)
                                        .equals(deployment.getStatus().getReadyReplicas()),
                        2,
                        TimeUnit.MINUTES);
    }

    /** Sets a variable of the operator, or takes it away when the value is empty, and waits for the rollout. */
    void configure(String variable, String value) {
        var changed = controller().edit(deployment -> {
            var environment = deployment
                    .getSpec()
                    .getTemplate()
                    .getSpec()
                    .getContainers()
                    .getFirst()
                    .getEnv();
            environment.removeIf(entry -> entry.getName().equals(variable));
            if (!value.isEmpty()) {
                environment.add(new EnvVar(variable, value, null));
            }
            return deployment;
        });
        var generation = changed.getMetadata().getGeneration();
        controller().waitUntilCondition(found -> rolledOut(found, generation), 2, TimeUnit.MINUTES);
    }

    private static boolean rolledOut(Deployment deployment, long generation) {
        var wanted = deployment.getSpec().getReplicas();
        var status = deployment.getStatus();
        return status.getObservedGeneration() >= generation
                && wanted.equals(status.getReplicas())
                && wanted.equals(status.getUpdatedReplicas())
                && wanted.equals(status.getReadyReplicas());
    }

    private RollableScalableResource<Deployment> controller() {
        var deployments = client.apps().deployments().inNamespace(namespace);
        var name = deployments
                .withLabel("app.kubernetes.io/component", "controller")
                .list()
                .getItems()
                .getFirst()
                .getMetadata()
                .getName();
        return deployments.withName(name);
    }

    Pod pod(String component) {
        return client
                .pods()
                .inNamespace(namespace)
                .withLabel("app.kubernetes.io/component", component)
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no pod of component " + component + " in " + namespace));
    }

    /** Kills the controller without grace, as a lost node would. */
    void killController() {
        var pod = pod("controller");
        client.resource(pod).withGracePeriod(0).delete();
    }

    /** What a command in a pod prints; the test fails if it does not exit with 0 in time. */
    String exec(Pod pod, String container, Duration timeout, String... command) throws Exception {
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
                    .isZero();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.close();
    }
}
