package dev.agenttask.controller.pod;

import dev.agenttask.api.AgentTaskSpec;
import dev.agenttask.api.PodOptions;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.controller.task.AttemptTimes;
import dev.agenttask.controller.task.Labels;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The pod of an attempt, exactly as {@code worker/README.md} describes it: {@code clone}, the sidecar {@code worker},
 * {@code agent}, {@code verify}, {@code deliver}.
 */
public final class WorkerPod {

    private static final Map<String, String> KEEP = Map.of(
            "cluster-autoscaler.kubernetes.io/safe-to-evict", "false",
            "karpenter.sh/do-not-disrupt", "true",
            "kubectl.kubernetes.io/default-container", PodLayout.AGENT);

    private final AttemptInput attempt;
    private final AgentTaskSpec spec;
    private final PodSettings settings;
    private final PodVolumes volumes;

    private WorkerPod(AttemptInput attempt, PodSettings settings) {
        this.attempt = attempt;
        this.spec = attempt.task().getSpec();
        this.settings = settings;
        this.volumes = new PodVolumes(attempt, settings);
    }

    /** The pod. The same attempt and settings always give the same one. */
    public static Pod of(AttemptInput attempt, PodSettings settings) {
        return new WorkerPod(attempt, settings).build();
    }

    private Pod build() {
        var pod = isolated(settings.grace(), AttemptTimes.pod(spec))
                .withInitContainers(
                        trusted(PodLayout.CLONE, settings.gitStep(), volumes.cloning()),
                        sidecar(trusted(PodLayout.WORKER, settings.worker(), volumes.worker())),
                        untrusted(PodLayout.AGENT, volumes.agent()),
                        untrusted(PodLayout.VERIFY, volumes.verify()))
                .withContainers(trusted(PodLayout.DELIVER, settings.gitStep(), volumes.deliver()))
                .withVolumes(volumes.all());
        if (spec.pod() != null) {
            options(pod, spec.pod());
        }
        return new PodBuilder().withMetadata(metadata()).withSpec(pod.build()).build();
    }

    private ObjectMeta metadata() {
        var own = attempt.metadata();
        var labels = new TreeMap<String, String>();
        var annotations = new TreeMap<String, String>();
        if (spec.pod() != null) {
            labels.putAll(spec.pod().labels());
            annotations.putAll(spec.pod().annotations());
        }
        labels.putAll(own.getLabels());
        annotations.putAll(KEEP);
        return new ObjectMetaBuilder(own)
                .withLabels(labels)
                .withAnnotations(annotations)
                .withFinalizers(Labels.OUTCOME_FINALIZER)
                .build();
    }

    /** What holds for every pod of ours: it runs once and for a bounded time, as nobody, and has no rights in the cluster. */
    static PodSpecBuilder isolated(Duration grace, Duration deadline) {
        return new PodSpecBuilder()
                .withRestartPolicy("Never")
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(grace.toSeconds())
                .withActiveDeadlineSeconds(deadline.toSeconds())
                .withSecurityContext(podSecurity());
    }

    static void options(PodSpecBuilder pod, PodOptions options) {
        pod.withNodeSelector(new TreeMap<>(options.nodeSelector()))
                .withPriorityClassName(orNull(options.priorityClassName()))
                .withRuntimeClassName(orNull(options.runtimeClassName()))
                .withImagePullSecrets(options.imagePullSecrets().stream()
                        .map(LocalObjectReference::new)
                        .toList())
                .withTolerations(options.tolerations().stream()
                        .map(t -> new Toleration(
                                orNull(t.effect()),
                                orNull(t.key()),
                                orNull(t.operator()),
                                t.tolerationSeconds(),
                                orNull(t.value())))
                        .toList());
    }

    private Container trusted(String name, PodSettings.Resources resources, List<VolumeMount> mounts) {
        return container(name, settings.workerImage(), mounts)
                .withArgs(name)
                .withResources(requirements(resources))
                .build();
    }

    private static Container sidecar(Container container) {
        return new ContainerBuilder(container).withRestartPolicy("Always").build();
    }

    private Container untrusted(String name, List<VolumeMount> mounts) {
        var image = spec.agent().image();
        return container(name, image.isEmpty() ? settings.agentImage() : image, mounts)
                .withCommand(
                        PodLayout.TOOLS.resolve("sh").toString(),
                        PodLayout.TOOLS.resolve("supervise").toString())
                .withEnv(environment(name))
                .withTerminationMessagePath(PodLayout.TERMINATION_MESSAGE.toString())
                .withResources(requirements(SandboxResources.of(spec.resources(), settings.sandbox())))
                .build();
    }

    static ContainerBuilder container(String name, String image, List<VolumeMount> mounts) {
        return new ContainerBuilder()
                .withName(name)
                .withImage(image)
                .withImagePullPolicy("IfNotPresent")
                .withWorkingDir("/")
                .withTerminationMessagePolicy("File")
                .withSecurityContext(security())
                .withVolumeMounts(mounts);
    }

    /** The operator's variables come last, and the last one of a name counts. */
    private List<EnvVar> environment(String container) {
        var own = new LinkedHashMap<String, String>();
        own.put("HOME", PodVolumes.HOME);
        own.put("TMPDIR", PodVolumes.TMP);
        own.put("AGENTTASK_TASK", attempt.id().name());
        own.put("AGENTTASK_NAMESPACE", attempt.id().namespace());
        own.put("AGENTTASK_ATTEMPT", Integer.toString(attempt.number()));
        if (container.equals(PodLayout.AGENT)) {
            own.put(
                    "AGENTTASK_PROMPT",
                    PodLayout.SCRIPTS.resolve(PodLayout.PROMPT_FILE).toString());
            if (!spec.agent().model().isEmpty()) {
                own.put("AGENTTASK_MODEL", literal(spec.agent().model()));
            }
        }
        var environment = new ArrayList<EnvVar>();
        spec.agent().env().stream()
                .filter(e -> !own.containsKey(e.name()))
                .forEach(e -> environment.add(new EnvVar(e.name(), literal(e.value()), null)));
        own.forEach((name, value) -> environment.add(new EnvVar(name, value, null)));
        return environment;
    }

    /** Kubernetes expands {@code $(NAME)} in values; a doubled dollar sign keeps it as it is written. */
    private static String literal(String value) {
        return value.replace("$(", "$$(");
    }

    private static PodSecurityContext podSecurity() {
        return new PodSecurityContextBuilder()
                .withRunAsNonRoot(true)
                .withRunAsUser(PodLayout.USER)
                .withRunAsGroup(PodLayout.USER)
                .withFsGroup(PodLayout.USER)
                .withFsGroupChangePolicy("OnRootMismatch")
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .build();
    }

    private static SecurityContext security() {
        return new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withRunAsNonRoot(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .build();
    }

    static ResourceRequirements requirements(PodSettings.Resources resources) {
        return new ResourceRequirementsBuilder()
                .withRequests(resources.requests())
                .withLimits(resources.limits())
                .build();
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
