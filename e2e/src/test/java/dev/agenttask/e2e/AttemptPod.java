package dev.agenttask.e2e;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The pod of an attempt, and what is done to it.
 *
 * @param installation of the operator
 * @param namespace of the task
 * @param name of the pod
 */
record AttemptPod(Installation installation, TestNamespace namespace, String name) {

    /** What an agent does that begins its work, and goes on when it is released. A line of a shell script. */
    static final String WORK_AND_WAIT = "echo begun > begun; until [ -e go ]; do sleep 0.2; done; rm go\n";

    private static final int KILLED = 137;

    /** The pod of the attempt of that number, whose agent has begun its work. */
    static AttemptPod atWork(Installation installation, TestNamespace namespace, String task, int number)
            throws Exception {
        var attempts = namespace
                .await(task, TestNamespace.PATIENCE, status -> status.attempts().size() >= number)
                .attempts();
        var pod =
                new AttemptPod(installation, namespace, attempts.get(number - 1).podName());
        pod.await(found -> container(found, "agent")
                .filter(status -> status.getState().getRunning() != null)
                .isPresent());
        pod.exec("agent", "until [ -e /workspace/begun ]; do sleep 0.1; done");
        return pod;
    }

    /** Lets the agent go on, or go on for the second time. */
    void release() throws Exception {
        // An agent that ends at once takes everything in its container with it, this command included.
        exec("agent", Set.of(0, KILLED), "while [ -e /workspace/go ]; do sleep 0.1; done; touch /workspace/go");
    }

    /** Has the worker's Java crash, by the one deadly signal that process 1 takes from its own container. */
    void crashWorker() throws Exception {
        exec("worker", "(sleep 0.2; kill -SEGV 1) </dev/null >/dev/null 2>&1 &");
    }

    /** Spoils what every worker of this pod must read, so that each one ends as soon as it starts. */
    void crashWorkerForEver() throws Exception {
        exec("worker", "echo spoilt > /vault/clone.json");
        crashWorker();
        await(found -> container(found, "worker")
                .filter(status -> status.getRestartCount() > 0)
                .isPresent());
    }

    /** Fills the worker's memory with processes that are each smaller than the worker's Java: buffers nobody reads. */
    void starveWorker() throws Exception {
        exec("worker", """
                for i in $(seq 25); do
                    (dd if=/dev/zero bs=30000000 count=1 | sleep 600) </dev/null >/dev/null 2>&1 &
                done
                """);
    }

    /** Waits until the worker has been started again that often, runs, and it is told how it had ended. */
    ContainerStatus awaitRestart(int restarts) {
        return container(
                        await(found -> container(found, "worker")
                                .filter(status -> status.getRestartCount() >= restarts
                                        && status.getState().getRunning() != null
                                        && status.getLastState().getTerminated() != null)
                                .isPresent()),
                        "worker")
                .orElseThrow();
    }

    /** How often any container was started again. */
    int restarts() {
        var status = resource().get().getStatus();
        return Stream.of(status.getInitContainerStatuses(), status.getContainerStatuses())
                .flatMap(List::stream)
                .mapToInt(ContainerStatus::getRestartCount)
                .sum();
    }

    PodResource resource() {
        return namespace.client().pods().inNamespace(namespace.name()).withName(name);
    }

    private Pod await(Predicate<Pod> wanted) {
        return resource()
                .waitUntilCondition(
                        found -> found != null && wanted.test(found),
                        TestNamespace.PATIENCE.toSeconds(),
                        TimeUnit.SECONDS);
    }

    private void exec(String container, String script) throws Exception {
        exec(container, Set.of(0), script);
    }

    private void exec(String container, Set<Integer> codes, String script) throws Exception {
        installation.exec(resource().get(), container, codes, TestNamespace.PATIENCE, "sh", "-c", script);
    }

    private static Optional<ContainerStatus> container(Pod pod, String name) {
        return Stream.of(
                        pod.getStatus().getInitContainerStatuses(),
                        pod.getStatus().getContainerStatuses())
                .flatMap(List::stream)
                .filter(status -> status.getName().equals(name))
                .findFirst();
    }
}
