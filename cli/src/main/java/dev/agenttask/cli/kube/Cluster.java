package dev.agenttask.cli.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.cli.exit.PlatformException;
import dev.agenttask.cli.exit.UsageException;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A cluster, and the tasks and batches in it. What goes wrong is a {@link UsageException} or a {@link PlatformException}. */
public final class Cluster implements AutoCloseable {

    /**
     * How often a request is repeated that was not answered, or whose connection did not come about in 10 s; the waits
     * between, doubling from 0.1 s, add up to 6.3 s.
     */
    private static final int RETRIES = 6;

    /** How long the API server has for an answer, in milliseconds: longer than for a connection, which is tried again. */
    private static final int REQUEST_TIMEOUT = 30_000;

    private static final long LONG_DAYS = 365;

    private final KubernetesClient client;
    private final String namespace;

    private Cluster(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /**
     * Reads the kubeconfig. Nothing is sent yet.
     *
     * @throws UsageException if there is no such file or context
     */
    public static Cluster at(ClusterAddress address) {
        address.kubeconfig().ifPresent(file -> {
            if (!Files.isReadable(file)) {
                throw new UsageException("--kubeconfig: the file " + file + " cannot be read.");
            }
            System.setProperty(Config.KUBERNETES_KUBECONFIG_FILE, file.toString());
        });
        var config = Config.autoConfigure(address.context().orElse(null));
        check(config, address);
        config.setRequestRetryBackoffLimit(RETRIES);
        config.setRequestTimeout(REQUEST_TIMEOUT);
        var client = new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(AgentTaskJson.ofResources())
                .build();
        var own = Optional.ofNullable(config.getNamespace()).filter(name -> !name.isBlank());
        return new Cluster(client, address.namespace().or(() -> own).orElse("default"));
    }

    private static void check(Config config, ClusterAddress address) {
        address.context().ifPresent(name -> {
            var names = config.getContexts().stream()
                    .map(context -> context.getName())
                    .toList();
            if (!names.contains(name)) {
                throw new UsageException("--context: the kubeconfig has no context " + name + ". It has: "
                        + (names.isEmpty() ? "none" : String.join(", ", names)));
            }
        });
        if (config.getContexts().isEmpty()
                && config.getMasterUrl().contains("kubernetes.default.svc")
                && config.getAutoOAuthToken() == null) {
            throw new UsageException(
                    "There is no kubeconfig. Give one with --kubeconfig or in the environment variable KUBECONFIG.");
        }
    }

    /** The namespace that the user means. */
    public String namespace() {
        return namespace;
    }

    /**
     * A task.
     *
     * @throws UsageException if there is none of that name
     */
    public AgentTask task(String in, String name) {
        return find(in, name)
                .orElseThrow(() -> new UsageException("There is no AgentTask " + name + " in namespace " + in
                        + ". See: kubectl get agenttasks --namespace " + in));
    }

    /** A task, if there is one of that name. */
    public Optional<AgentTask> find(String in, String name) {
        return Optional.ofNullable(
                ask(() -> tasks().inNamespace(in).withName(name).get()));
    }

    /**
     * A batch.
     *
     * @throws UsageException if there is none of that name
     */
    public AgentTaskBatch batch(String in, String name) {
        return Optional.ofNullable(
                        ask(() -> batches().inNamespace(in).withName(name).get()))
                .orElseThrow(() -> new UsageException("There is no AgentTaskBatch " + name + " in namespace " + in
                        + ". See: kubectl get agenttaskbatches --namespace " + in));
    }

    /** The tasks of a namespace that a label selector, which may be empty, selects; by name. */
    public List<AgentTask> list(String in, String selector) {
        return ask(() -> tasks().inNamespace(in)
                        .withLabelSelector(selector)
                        .list()
                        .getItems())
                .stream()
                .sorted(Comparator.comparing(TaskKey::of))
                .toList();
    }

    /** Waits, as long as it takes, for a task to be as wanted. */
    public AgentTask await(String in, String name, Predicate<AgentTask> wanted) {
        return ask(() -> tasks().inNamespace(in)
                .withName(name)
                .waitUntilCondition(task -> task == null || wanted.test(task), LONG_DAYS, TimeUnit.DAYS));
    }

    /** Asks for the end of a task, and tells what the task was when that was accepted. */
    public AgentTask cancel(String in, String name) {
        return ask(() -> tasks().inNamespace(in)
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"cancel\":true}}"));
    }

    /** Asks for the end of a batch and of its tasks. */
    public void cancelBatch(String in, String name) {
        ask(() -> batches()
                .inNamespace(in)
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"cancel\":true}}"));
    }

    MixedOperation<AgentTaskBatch, KubernetesResourceList<AgentTaskBatch>, Resource<AgentTaskBatch>> batches() {
        return client.resources(AgentTaskBatch.class);
    }

    MixedOperation<AgentTask, KubernetesResourceList<AgentTask>, Resource<AgentTask>> tasks() {
        return client.resources(AgentTask.class);
    }

    KubernetesClient client() {
        return client;
    }

    /** Does something with the API server, and says it in the user's words if that fails. */
    <T> T ask(Supplier<T> request) {
        try {
            return request.get();
        } catch (KubernetesClientException e) {
            throw problem(e);
        }
    }

    /** What the API server's error means to the user. */
    RuntimeException problem(KubernetesClientException e) {
        return new ApiProblem(client.getMasterUrl().toString()).of(e);
    }

    @Override
    public void close() {
        client.close();
    }
}
