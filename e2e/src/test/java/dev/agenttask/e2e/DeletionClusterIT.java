package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.agenttask.api.AgentTask;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/** What runs is deleted: it is stopped, its work is salvaged, nothing is left, and no moment is unprotected. */
@Execution(CONCURRENT)
class DeletionClusterIT {

    private static final String SCRIPT = "trap '' TERM; echo begun > begun; while :; do sleep 1; done";
    private static final String OURS = "app.kubernetes.io/managed-by";

    private final List<String> runningWhenPolicyWent = new CopyOnWriteArrayList<>();
    private final CountDownLatch policyGone = new CountDownLatch(1);
    private Installation installation;
    private TestNamespace home;
    private TestNamespace namespace;
    private GitServer git;
    private AgentTask task;

    @BeforeEach
    void runTask() throws Exception {
        installation = Installation.connect();
        home = TestNamespace.create(installation.client(), "deletion-git");
        namespace = TestNamespace.create(installation.client(), "deletion");
        git = GitServer.deploy(installation, home);
        git.createRepository("shop");
        namespace.create(git.credential("git-write", GitServer.WRITER, git.password(GitServer.WRITER)));
        task = namespace.apply("unwanted", git.task("shop", SCRIPT, "true"));
        AttemptPod.atWork(installation, namespace, "unwanted", 1);
    }

    @AfterEach
    void remove() {
        namespace.close();
        home.close();
        installation.close();
    }

    @Test
    void a_task_deleted_in_the_foreground_is_salvaged_and_its_policy_is_there_for_as_long_as_anything_runs()
            throws Exception {
        try (var _ = watchPolicies()) {
            namespace
                    .task("unwanted")
                    .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                    .delete();
            namespace.task("unwanted").waitUntilCondition(found -> found == null, 2, TimeUnit.MINUTES);
            awaitNothingLeft();
        }
        awaitPolicyGone();
        assertThat(runningWhenPolicyWent).isEmpty();
        assertThatTheWorkIsKept();
    }

    @Test
    void a_namespace_deleted_with_a_running_task_goes_and_the_policy_is_there_for_as_long_as_anything_runs()
            throws Exception {
        try (var _ = watchPolicies()) {
            namespace.close();
            installation
                    .client()
                    .namespaces()
                    .withName(namespace.name())
                    .waitUntilCondition(found -> found == null, 3, TimeUnit.MINUTES);
        }
        awaitPolicyGone();
        assertThat(runningWhenPolicyWent).isEmpty();
        assertThatTheWorkIsKept();
    }

    private void assertThatTheWorkIsKept() throws Exception {
        var uid = task.getMetadata().getUid().substring(0, 5);
        assertThat(git.git("shop", "show", "refs/agenttask/wip/unwanted-" + uid + "/1:begun"))
                .isEqualTo("begun\n");
    }

    private void awaitPolicyGone() throws InterruptedException {
        assertThat(policyGone.await(1, TimeUnit.MINUTES)).isTrue();
    }

    private void awaitNothingLeft() {
        var client = installation.client();
        Stream.of(
                        client.pods().inNamespace(namespace.name()),
                        client.secrets().inNamespace(namespace.name()),
                        client.network().v1().networkPolicies().inNamespace(namespace.name()))
                .forEach(kind -> kind.withLabel(OURS, "agenttask")
                        .waitUntilCondition(found -> found == null, 1, TimeUnit.MINUTES));
    }

    /** Looks, whenever a policy goes, at what still runs in the pod that it was for. */
    private Watch watchPolicies() {
        return installation
                .client()
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace.name())
                .withLabel(OURS, "agenttask")
                .watch(new Watcher<NetworkPolicy>() {
                    @Override
                    public void eventReceived(Action action, NetworkPolicy policy) {
                        if (action == Action.DELETED) {
                            Thread.startVirtualThread(
                                    () -> look(policy.getMetadata().getName()));
                        }
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        runningWhenPolicyWent.add("the watch ended: " + cause.getMessage());
                    }
                });
    }

    private void look(String podName) {
        var pod = installation
                .client()
                .pods()
                .inNamespace(namespace.name())
                .withName(podName)
                .get();
        if (pod != null) {
            Stream.concat(
                            pod.getStatus().getInitContainerStatuses().stream(),
                            pod.getStatus().getContainerStatuses().stream())
                    .filter(container -> container.getState().getRunning() != null)
                    .forEach(container -> runningWhenPolicyWent.add(container.getName()));
        }
        policyGone.countDown();
    }
}
