package dev.agenttask.cli.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.cli.exit.PlatformException;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Reads the log of an attempt from the containers of its pod, one after the other as they run, as lines of the form
 * {@code TIME CONTAINER | what was printed}.
 */
public final class PodLog {

    private static final List<String> CONTAINERS =
            List.of(PodLayout.CLONE, PodLayout.AGENT, PodLayout.VERIFY, PodLayout.DELIVER);
    private static final long A_STEP_AT_MOST_DAYS = 14;

    private final Cluster cluster;

    public PodLog(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Whether the attempt's pod is there. */
    public boolean available(AgentTask task, Attempt attempt) {
        return cluster.ask(() -> FactFinder.podOf(cluster, task, attempt).isPresent());
    }

    /** Reads what there is. */
    public void read(AgentTask task, Attempt attempt, Consumer<String> lines) {
        cluster.ask(() -> {
            var pod = FactFinder.podOf(cluster, task, attempt).orElseThrow();
            CONTAINERS.stream().filter(name -> started(pod, name)).forEach(name -> resource(pod)
                    .inContainer(name)
                    .usingTimestamps()
                    .getLog()
                    .lines()
                    .map(line -> LogLine.of(line).text(name))
                    .forEach(lines));
            return true;
        });
    }

    /** Reads what there is and what comes, to the end of the pod. */
    public void follow(AgentTask task, Attempt attempt, Consumer<String> lines) {
        cluster.ask(() -> {
            var pod = FactFinder.podOf(cluster, task, attempt).orElseThrow();
            CONTAINERS.forEach(name -> follow(resource(pod), name, lines));
            return true;
        });
    }

    private void follow(PodResource pod, String container, Consumer<String> lines) {
        pod.waitUntilCondition(
                found -> gone(found) || over(found) || started(found, container), A_STEP_AT_MOST_DAYS, TimeUnit.DAYS);
        var last = Instant.MIN;
        var found = pod.get();
        while (!gone(found) && started(found, container)) {
            last = stream(pod, container, last, lines);
            if (ended(found, container)) {
                return;
            }
            // The connection was lost, or the container has just ended: then what is left is read, if anything is.
            found = pod.get();
        }
    }

    private static Instant stream(PodResource pod, String container, Instant after, Consumer<String> lines) {
        var since = pod.inContainer(container).usingTimestamps();
        var last = after;
        try (var watch = after == Instant.MIN
                        ? since.watchLog()
                        : pod.inContainer(container)
                                .usingTimestamps()
                                .sinceTime(after.toString())
                                .watchLog();
                var reader = new BufferedReader(new InputStreamReader(watch.getOutput(), StandardCharsets.UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                var parsed = LogLine.of(line);
                if (parsed.time().isAfter(last)) {
                    last = parsed.time();
                    lines.accept(parsed.text(container));
                }
            }
            return last;
        } catch (IOException e) {
            throw new PlatformException("The log of container " + container + " broke off: " + e.getMessage(), e);
        }
    }

    private PodResource resource(Pod pod) {
        return cluster.client()
                .pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName());
    }

    private static boolean gone(@org.jspecify.annotations.Nullable Pod pod) {
        return pod == null;
    }

    private static boolean over(Pod pod) {
        return List.of("Succeeded", "Failed").contains(pod.getStatus().getPhase());
    }

    private static boolean started(Pod pod, String container) {
        return status(pod, container)
                .map(ContainerStatus::getState)
                .filter(state -> state.getRunning() != null || state.getTerminated() != null)
                .isPresent();
    }

    private static boolean ended(Pod pod, String container) {
        return status(pod, container)
                .filter(status -> status.getState().getTerminated() != null)
                .isPresent();
    }

    private static Optional<ContainerStatus> status(Pod pod, String container) {
        return Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .filter(status -> status.getName().equals(container))
                .findFirst();
    }

    /** A line as the kubelet gives it, {@code TIME what was printed}. */
    private record LogLine(Instant time, String rest) {

        static LogLine of(String line) {
            var space = line.indexOf(' ');
            try {
                return space < 0
                        ? new LogLine(Instant.parse(line), "")
                        : new LogLine(Instant.parse(line.substring(0, space)), line.substring(space + 1));
            } catch (DateTimeParseException e) {
                return new LogLine(Instant.MAX, line);
            }
        }

        /** As a line of the log, in which control characters, which a terminal would obey, are replaced. */
        String text(String container) {
            var when = time.equals(Instant.MAX) ? "" : time.truncatedTo(java.time.temporal.ChronoUnit.MILLIS) + " ";
            return when + container + " | " + rest.replaceAll("[\\p{Cntrl}&&[^\\t]]", "\uFFFD");
        }
    }
}
