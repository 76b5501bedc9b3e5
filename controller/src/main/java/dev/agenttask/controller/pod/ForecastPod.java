package dev.agenttask.controller.pod;

import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.api.forecast.ForecastPlan;
import dev.agenttask.controller.task.Labels;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The pod of a forecast, and what it needs: one trusted container that may read the repository, and nothing of anybody else's
 * runs in it.
 */
public final class ForecastPod {

    private static final Duration DEADLINE = Duration.ofMinutes(10);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Quantity REPOSITORY_SIZE = Quantity.parse("10Gi");

    private ForecastPod() {}

    /** The network policy. Like that of an attempt it has no owner, and is there before the pod is and until it is gone. */
    public static NetworkPolicy policy(ForecastInput forecast, PodSettings settings) {
        return AttemptPolicy.of(
                forecast.metadata(),
                new LabelSelectorBuilder()
                        .addToMatchLabels(Labels.FORECAST, forecast.group())
                        .build(),
                settings);
    }

    /** The Secret, with the plan. */
    public static Secret secret(ForecastInput forecast) {
        return new SecretBuilder()
                .withMetadata(forecast.ownedMetadata())
                .withImmutable(true)
                .withType("Opaque")
                .addToStringData(ForecastPlan.FILE, AgentTaskJson.text(forecast.plan()))
                .build();
    }

    /** The pod. It runs where the newest of the tasks may run. */
    public static Pod pod(ForecastInput forecast, PodSettings settings) {
        var spec = WorkerPod.isolated(GRACE, DEADLINE)
                .withContainers(container(forecast, settings))
                .withVolumes(volumes(forecast, settings));
        var options = forecast.tasks().getLast().getSpec().pod();
        if (options != null) {
            WorkerPod.options(spec, options);
        }
        return new PodBuilder()
                .withMetadata(forecast.ownedMetadata())
                .withSpec(spec.build())
                .build();
    }

    private static Container container(ForecastInput forecast, PodSettings settings) {
        return WorkerPod.container(ForecastPlan.ROLE, settings.workerImage(), mounts(forecast))
                .withArgs(ForecastPlan.ROLE)
                .withResources(WorkerPod.requirements(settings.gitStep()))
                .build();
    }

    private static List<Volume> volumes(ForecastInput forecast, PodSettings settings) {
        var volumes = new ArrayList<Volume>();
        volumes.add(PodVolumes.secret(PodVolumes.PLAN, forecast.name(), Stream.of(ForecastPlan.FILE)));
        if (!forecast.credentialsSecret().isEmpty()) {
            volumes.add(PodVolumes.credential(PodVolumes.GIT_READ, forecast.credentialsSecret()));
        }
        volumes.add(PodVolumes.empty(PodVolumes.VAULT, REPOSITORY_SIZE));
        volumes.add(PodVolumes.empty(PodVolumes.TRUSTED_TMP, settings.tmpSize()));
        return volumes;
    }

    private static List<VolumeMount> mounts(ForecastInput forecast) {
        var mounts = new ArrayList<VolumeMount>();
        mounts.add(PodVolumes.readOnly(PodVolumes.PLAN, PodLayout.PLAN));
        if (!forecast.credentialsSecret().isEmpty()) {
            mounts.add(PodVolumes.readOnly(PodVolumes.GIT_READ, PodLayout.GIT_CREDENTIAL));
        }
        mounts.add(PodVolumes.writable(PodVolumes.VAULT, PodLayout.VAULT));
        mounts.add(PodVolumes.writable(PodVolumes.TRUSTED_TMP, Path.of(PodVolumes.TMP)));
        return mounts;
    }
}
