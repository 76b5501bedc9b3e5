package dev.agenttask.cli.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.cli.exit.UsageException;
import dev.agenttask.cli.manifest.Kind;
import dev.agenttask.cli.manifest.Manifest;
import dev.agenttask.cli.manifest.PlannedBatch;
import dev.agenttask.cli.manifest.Problems;
import dev.agenttask.cli.manifest.TaskNames;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Creates tasks and batches. First the API server is asked about all of them, and about each task that a batch will be made
 * of, and only if it would take every one is the first created. What is there already, with the same spec, is left as it is,
 * so that submitting twice is submitting once.
 */
public final class Submission {

    /** On a task that was made of another one: the other's name. */
    public static final String RETRY_OF = "agenttask.dev/retry-of";

    private static final int CONFLICT = 409;
    /** What became of something that was submitted. */
    public enum Outcome {
        CREATED,
        UNCHANGED,
        WOULD_BE_CREATED;

        /** As kubectl says it. */
        @Override
        public String toString() {
            return switch (this) {
                case CREATED -> "created";
                case UNCHANGED -> "unchanged";
                case WOULD_BE_CREATED -> "created (server dry run)";
            };
        }
    }

    /** Something as the API server has it, or would have it: with its defaults. */
    public sealed interface Submitted {

        /** What was done. */
        Outcome outcome();

        /** The tasks among them. */
        static List<AgentTask> tasks(List<Submitted> all) {
            return all.stream()
                    .flatMap(one -> one instanceof Task(var task, var _) ? Stream.of(task) : Stream.empty())
                    .toList();
        }

        /** The batches among them. */
        static List<AgentTaskBatch> batches(List<Submitted> all) {
            return all.stream()
                    .flatMap(one -> one instanceof Batch(var batch, var _) ? Stream.of(batch) : Stream.empty())
                    .toList();
        }

        /** A task. */
        record Task(AgentTask task, Outcome outcome) implements Submitted {}

        /** A batch. */
        record Batch(AgentTaskBatch batch, Outcome outcome) implements Submitted {}
    }

    private final Cluster cluster;

    public Submission(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Creates what is not there yet.
     *
     * @param manifests with names and namespaces
     * @throws UsageException if the API server would not take one of them, or has another task of its name; the message
     *     names all of these, and nothing was created
     */
    public List<Submitted> submit(List<Manifest> manifests) {
        var checked = check(manifests);
        var submitted = new ArrayList<Submitted>();
        for (var i = 0; i < manifests.size(); i++) {
            var one = checked.get(i);
            submitted.add(one.outcome() == Outcome.WOULD_BE_CREATED ? create(manifests.get(i)) : one);
        }
        return submitted;
    }

    /**
     * Asks the API server what would become of each.
     *
     * @throws UsageException as {@link #submit} does
     */
    public List<Submitted> check(List<Manifest> manifests) {
        var submitted = new ArrayList<Submitted>();
        var problems = new ArrayList<String>();
        for (var manifest : manifests) {
            try {
                var tasks = manifest.kind() == Kind.BATCH ? PlannedBatch.tasks(manifest) : List.<Manifest>of();
                var one = checkOne(manifest);
                submitted.add(one);
                if (one.outcome() == Outcome.WOULD_BE_CREATED) {
                    tasks.forEach(task -> checkTaskOfBatch(task, manifest, problems));
                }
            } catch (UsageException e) {
                problems.add(e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new UsageException(Problems.shown(problems));
        }
        return submitted;
    }

    private void checkTaskOfBatch(Manifest task, Manifest batch, List<String> problems) {
        try {
            resource(task).dryRun(true).fieldValidation(Validation.STRICT).create();
        } catch (KubernetesClientException e) {
            if (alreadyExists(e)) {
                problems.add(task.source() + ": there is an AgentTask " + task.name() + " in namespace "
                        + task.namespace() + " already, which is none of " + batch.name()
                        + ": delete it, or give the batch another name.");
            } else if (ApiProblem.refused(e)) {
                problems.add(task.where() + ": " + ApiProblem.invalid(e));
            } else {
                throw cluster.problem(e);
            }
        }
    }

    /**
     * A task with the spec of another one, which is not cancelled or suspended, and the label that says whose retry it is. It
     * is of no batch.
     *
     * @throws UsageException if there is no task of the old name
     */
    public Manifest retryOf(String namespace, String oldName, String newName) {
        var old = cluster.ask(() ->
                resources(Kind.TASK).inNamespace(namespace).withName(oldName).get());
        if (old == null) {
            throw new UsageException("There is no AgentTask " + oldName + " in namespace " + namespace + ".");
        }
        var tree = AgentTaskJson.MAPPER.createObjectNode();
        tree.put("apiVersion", AgentTask.GROUP + "/" + AgentTask.VERSION).put("kind", "AgentTask");
        var metadata = tree.putObject("metadata").put("name", newName).put("namespace", namespace);
        var labels = metadata.putObject("labels");
        Optional.ofNullable(old.getMetadata().getLabels()).orElse(Map.of()).forEach((name, value) -> {
            if (!name.startsWith(AgentTask.GROUP + "/")) {
                labels.put(name, value);
            }
        });
        labels.put(RETRY_OF, oldName);
        var spec = (ObjectNode) spec(old);
        spec.remove(List.of("cancel", "suspend"));
        tree.set("spec", spec);
        return new Manifest("AgentTask " + oldName, oldName, Kind.TASK, tree);
    }

    private Submitted checkOne(Manifest manifest) {
        return attempt(
                manifest,
                () -> submitted(
                        manifest.kind(),
                        resource(manifest)
                                .dryRun(true)
                                .fieldValidation(Validation.STRICT)
                                .create(),
                        Outcome.WOULD_BE_CREATED));
    }

    private Submitted create(Manifest manifest) {
        return attempt(
                manifest,
                () -> submitted(
                        manifest.kind(),
                        resource(manifest).fieldValidation(Validation.STRICT).create(),
                        Outcome.CREATED));
    }

    private Submitted attempt(Manifest manifest, Supplier<Submitted> request) {
        try {
            return request.get();
        } catch (KubernetesClientException e) {
            if (alreadyExists(e)) {
                return submitted(manifest.kind(), sameAsExisting(manifest), Outcome.UNCHANGED);
            }
            if (ApiProblem.refused(e)) {
                throw new UsageException(manifest.where() + ": " + ApiProblem.invalid(e), e);
            }
            throw cluster.problem(e);
        }
    }

    private static boolean alreadyExists(KubernetesClientException e) {
        return e.getCode() == CONFLICT
                && e.getStatus() != null
                && "AlreadyExists".equals(e.getStatus().getReason());
    }

    /** What has the manifest's name. */
    private GenericKubernetesResource sameAsExisting(Manifest manifest) {
        var existing = cluster.ask(() -> resource(manifest).get());
        var where = manifest.where();
        if (existing == null || existing.getMetadata().getDeletionTimestamp() != null) {
            throw new UsageException(
                    where + " is being deleted. Submit again when it is gone: kubectl wait" + " --for=delete "
                            + manifest.kind().named(manifest.name()) + " --namespace " + manifest.namespace());
        }
        var kind = manifest.kind();
        if (!TaskNames.lasting(kind, spec(existing)).equals(TaskNames.lasting(kind, spec(withDefaults(manifest))))) {
            throw new UsageException(where + " exists in namespace " + manifest.namespace()
                    + " with another spec, and a spec does not change. Give it another name, or use --new.");
        }
        return existing;
    }

    /** The manifest as the API server would store it, which nothing of its name can keep it from telling. */
    private GenericKubernetesResource withDefaults(Manifest manifest) {
        var anonymous = manifest.named("").tree();
        anonymous.withObjectProperty("metadata").remove("name");
        anonymous.withObjectProperty("metadata").put("generateName", "same-");
        return cluster.ask(() -> resources(manifest.kind())
                .inNamespace(manifest.namespace())
                .resource(generic(anonymous))
                .dryRun(true)
                .create());
    }

    private Resource<GenericKubernetesResource> resource(Manifest manifest) {
        return resources(manifest.kind()).inNamespace(manifest.namespace()).resource(generic(manifest.tree()));
    }

    private static GenericKubernetesResource generic(ObjectNode tree) {
        return AgentTaskJson.MAPPER.convertValue(tree, GenericKubernetesResource.class);
    }

    private static JsonNode spec(GenericKubernetesResource resource) {
        return AgentTaskJson.MAPPER.valueToTree(
                resource.getAdditionalProperties().getOrDefault("spec", new HashMap<>()));
    }

    private MixedOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            resources(Kind kind) {
        return cluster.client()
                .genericKubernetesResources(new ResourceDefinitionContext.Builder()
                        .withGroup(AgentTask.GROUP)
                        .withVersion(AgentTask.VERSION)
                        .withKind(kind.toString())
                        .withPlural(kind.plural())
                        .withNamespaced(true)
                        .build());
    }

    private static Submitted submitted(Kind kind, GenericKubernetesResource resource, Outcome outcome) {
        return switch (kind) {
            case TASK -> new Submitted.Task(AgentTaskJson.MAPPER.convertValue(resource, AgentTask.class), outcome);
            case BATCH ->
                new Submitted.Batch(AgentTaskJson.MAPPER.convertValue(resource, AgentTaskBatch.class), outcome);
        };
    }
}
