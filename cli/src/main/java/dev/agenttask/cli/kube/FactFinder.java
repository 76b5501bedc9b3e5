package dev.agenttask.cli.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Phase;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.cli.report.BatchFacts;
import dev.agenttask.cli.report.Facts;
import dev.agenttask.cli.report.Facts.ContainerState;
import dev.agenttask.cli.report.Facts.Happening;
import dev.agenttask.cli.report.Facts.PodState;
import dev.agenttask.cli.report.TaskOutcome;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Reads what is known of a task or batch. What the user may not read is left out. */
public final class FactFinder {

    private static final String TASK_UID = "agenttask.dev/task-uid";
    private static final int FORBIDDEN = 403;

    private final Cluster cluster;

    public FactFinder(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * All that is known of a task.
     *
     * @param again the options that lead to its cluster and namespace
     */
    public Facts of(AgentTask task, String again) {
        var queued = TaskOutcome.status(task).phase() == Phase.QUEUED;
        return new Facts(
                task,
                permitted(() -> happenings(task)).orElse(List.of()),
                permitted(() -> pod(task)).flatMap(pod -> pod),
                queued ? permitted(() -> queue(task)) : Optional.empty(),
                again);
    }

    /**
     * All that is known of a batch.
     *
     * @param again the options that lead to its cluster and namespace
     */
    public BatchFacts of(AgentTaskBatch batch, String again) {
        return new BatchFacts(batch, permitted(() -> happenings(batch)).orElse(List.of()), again);
    }

    /** The pod of an attempt, if it is there. */
    static Optional<Pod> podOf(Cluster cluster, AgentTask task, Attempt attempt) {
        var pod = cluster.client()
                .pods()
                .inNamespace(task.getMetadata().getNamespace())
                .withName(attempt.podName())
                .get();
        return Optional.ofNullable(pod)
                .filter(found -> found.getMetadata().getLabels() != null
                        && task.getMetadata()
                                .getUid()
                                .equals(found.getMetadata().getLabels().get(TASK_UID)));
    }

    private <T> Optional<T> permitted(Supplier<T> request) {
        return cluster.ask(() -> {
            try {
                return Optional.of(request.get());
            } catch (KubernetesClientException e) {
                if (e.getCode() == FORBIDDEN) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    private List<Happening> happenings(HasMetadata about) {
        return cluster
                .client()
                .v1()
                .events()
                .inNamespace(about.getMetadata().getNamespace())
                .withField("involvedObject.uid", about.getMetadata().getUid())
                .list()
                .getItems()
                .stream()
                .map(FactFinder::happening)
                .sorted(Comparator.comparing(Happening::time))
                .toList();
    }

    private static Happening happening(Event event) {
        var time = Stream.of(
                        event.getLastTimestamp(),
                        Optional.ofNullable(event.getEventTime())
                                .map(MicroTime::getTime)
                                .orElse(null),
                        event.getMetadata().getCreationTimestamp())
                .filter(text -> text != null)
                .findFirst()
                .map(Instant::parse)
                .orElse(Instant.EPOCH);
        return new Happening(
                time, "Warning".equals(event.getType()), event.getReason(), String.valueOf(event.getMessage()));
    }

    private Optional<PodState> pod(AgentTask task) {
        return TaskOutcome.status(task)
                .latestAttempt()
                .flatMap(attempt -> podOf(cluster, task, attempt))
                .map(FactFinder::state);
    }

    private static PodState state(Pod pod) {
        var status = pod.getStatus();
        var containers = Stream.concat(
                        status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
                .map(container -> new ContainerState(container.getName(), words(container)))
                .toList();
        var problem = status.getConditions().stream()
                .filter(c -> c.getType().equals("PodScheduled") && c.getStatus().equals("False"))
                .map(c -> "It has no node: " + c.getMessage())
                .findFirst()
                .orElse("");
        return new PodState(pod.getMetadata().getName(), containers, problem);
    }

    private static String words(ContainerStatus container) {
        var state = container.getState();
        if (state.getRunning() != null) {
            return "running since " + state.getRunning().getStartedAt();
        }
        if (state.getTerminated() != null) {
            return "ended with exit code " + state.getTerminated().getExitCode() + ", "
                    + state.getTerminated().getReason();
        }
        return "waits: "
                + Optional.ofNullable(state.getWaiting())
                        .map(w -> w.getReason() + (w.getMessage() == null ? "" : ": " + w.getMessage()))
                        .orElse("not started");
    }

    private Facts.Queue queue(AgentTask task) {
        var all = cluster.tasks().inAnyNamespace().list().getItems();
        var ahead = all.stream()
                .filter(other -> phase(other) == Phase.QUEUED && before(other, task))
                .count();
        var running = all.stream()
                .map(FactFinder::phase)
                .filter(phase -> phase == Phase.RUNNING || phase == Phase.VERIFYING || phase == Phase.DELIVERING)
                .count();
        return new Facts.Queue(ahead, running);
    }

    private static boolean before(AgentTask other, AgentTask task) {
        var priority =
                Integer.compare(other.getSpec().priority(), task.getSpec().priority());
        var age = other.getMetadata()
                .getCreationTimestamp()
                .compareTo(task.getMetadata().getCreationTimestamp());
        return priority > 0 || priority == 0 && age < 0;
    }

    private static Phase phase(AgentTask task) {
        return Optional.ofNullable(TaskOutcome.status(task).phase()).orElse(Phase.PENDING);
    }
}
