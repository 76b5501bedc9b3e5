package dev.agenttask.controller.task;

import dev.agenttask.api.FailureClass;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.controller.task.ObservedPod.Container;
import dev.agenttask.controller.task.ObservedPod.ContainerState;
import dev.agenttask.controller.task.ObservedPod.Scheduling;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Pods to test with: each method returns a changed copy. */
record TestPods(ObservedPod pod) {

    static final Instant CREATED = TestTasks.CREATED.plusSeconds(1);
    static final List<String> ALL =
            List.of(PodLayout.CLONE, PodLayout.WORKER, PodLayout.AGENT, PodLayout.VERIFY, PodLayout.DELIVER);

    /** A pod that was just made. */
    static TestPods created() {
        return created(1);
    }

    static TestPods created(int attempt) {
        var containers = new HashMap<String, Container>();
        ALL.forEach(name -> containers.put(name, container(new ContainerState.Waiting("", ""))));
        return new TestPods(new ObservedPod(
                "fix-" + attempt + "-abc",
                attempt,
                true,
                CREATED,
                Optional.empty(),
                Optional.empty(),
                new Scheduling(false, "", CREATED),
                "Pending",
                "",
                "",
                "",
                CREATED,
                containers));
    }

    /** A pod whose step runs, after those before it ended well. */
    static TestPods running(String step) {
        return running(1, step);
    }

    static TestPods running(int attempt, String step) {
        var pods = created(attempt).placed().runs(PodLayout.WORKER);
        for (var earlier : ObservedPod.STEPS) {
            if (earlier.equals(step)) {
                return pods.runs(step);
            }
            pods = pods.ended(earlier, 0, "");
        }
        throw new IllegalArgumentException(step);
    }

    /** A pod that ended with this phase, after what is set. */
    TestPods over(String phase) {
        var pods = this;
        for (var name : ALL) {
            if (pods.pod.containers().get(name).state() instanceof ContainerState.Running) {
                pods = pods.ended(name, 143, "");
            }
        }
        return pods.phase(phase);
    }

    TestPods placed() {
        return copy(p -> p.scheduling = new Scheduling(true, "", CREATED));
    }

    TestPods unschedulable(String message) {
        return copy(p -> p.scheduling = new Scheduling(false, message, CREATED));
    }

    TestPods runs(String name) {
        return with(name, new ContainerState.Running(CREATED.plusSeconds(5)));
    }

    TestPods waits(String name, String reason, String message) {
        return with(name, new ContainerState.Waiting(reason, message));
    }

    TestPods ended(String name, int exitCode, String message) {
        return ended(name, exitCode, exitCode == 0 ? "Completed" : "Error", message);
    }

    TestPods ended(String name, int exitCode, String reason, String message) {
        return ended(name, exitCode, reason, message, CREATED.plusSeconds(10));
    }

    /** The agent exited with an error, and the worker has told what became of its work. */
    TestPods agentFailed() {
        return ended(PodLayout.AGENT, 70, "").told();
    }

    /** The worker has ended, with a report. */
    TestPods told() {
        return ended(
                PodLayout.WORKER,
                0,
                "{\"failureClass\":\"Agent\",\"reason\":\"AgentFailed\",\"message\":\"The agent exited with code 3.\"}");
    }

    TestPods endedAt(String name, int exitCode, Instant at) {
        return ended(name, exitCode, "Error", "", at);
    }

    private TestPods ended(String name, int exitCode, String reason, String message, Instant at) {
        return with(
                name,
                new ContainerState.Ended(
                        exitCode, reason, message, Optional.of(CREATED.plusSeconds(5)), Optional.of(at)));
    }

    TestPods phase(String phase) {
        return copy(p -> p.phase = phase);
    }

    TestPods because(String reason, String message) {
        return copy(p -> {
            p.reason = reason;
            p.message = message;
        });
    }

    TestPods disrupted(String disruption) {
        return copy(p -> p.disruption = disruption);
    }

    TestPods changedAt(Instant at) {
        return copy(p -> p.conditionsSince = at);
    }

    TestPods deletedAt(Instant at) {
        return copy(p -> p.deletedAt = Optional.of(at));
    }

    TestPods stopped(String reason) {
        return stopped(new Stop(FailureClass.CANCELLED, reason, "Stopped.", CREATED.plusSeconds(20)));
    }

    TestPods stopped(Stop stop) {
        return copy(p -> p.stop = Optional.of(stop));
    }

    TestPods released() {
        return copy(p -> p.held = false);
    }

    TestPods restarted(int times) {
        return copy(p -> p.containers.put(
                PodLayout.WORKER,
                new Container("worker", p.containers.get(PodLayout.WORKER).state(), times)));
    }

    private TestPods with(String name, ContainerState state) {
        return copy(p -> p.containers.put(name, container(state)));
    }

    private TestPods copy(Consumer<Draft> change) {
        var draft = new Draft(pod);
        change.accept(draft);
        return new TestPods(draft.build());
    }

    private static Container container(ContainerState state) {
        return new Container("registry.example.com/image:1", state, 0);
    }

    private static final class Draft {
        private final ObservedPod of;
        private boolean held;
        private Optional<Instant> deletedAt;
        private Optional<Stop> stop;
        private Scheduling scheduling;
        private String phase;
        private String reason;
        private String message;
        private String disruption;
        private Instant conditionsSince;
        private final Map<String, Container> containers;

        Draft(ObservedPod pod) {
            of = pod;
            held = pod.held();
            deletedAt = pod.deletedAt();
            stop = pod.stop();
            scheduling = pod.scheduling();
            phase = pod.phase();
            reason = pod.reason();
            message = pod.message();
            disruption = pod.disruption();
            conditionsSince = pod.conditionsSince();
            containers = new HashMap<>(pod.containers());
        }

        ObservedPod build() {
            return new ObservedPod(
                    of.name(),
                    of.attempt(),
                    held,
                    of.createdAt(),
                    deletedAt,
                    stop,
                    scheduling,
                    phase,
                    reason,
                    message,
                    disruption,
                    conditionsSince,
                    containers);
        }
    }
}
