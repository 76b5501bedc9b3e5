package dev.agenttask.e2e.soak;

import dev.agenttask.e2e.Installation;
import dev.agenttask.e2e.SingleNode;
import dev.agenttask.e2e.TestNamespace;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Does what a plan says should go wrong, and puts right in the end what does not heal by itself. */
final class Chaos {

    /** Longer than an evicted pod needs to salvage its work. */
    private static final Duration DRAINING = Duration.ofSeconds(20);

    /** How long a pod is waited for that could be hit. */
    private static final Duration POD = Duration.ofSeconds(20);
    /** How many pods are tried to be hit for one strike. */
    private static final int TRIES = 3;

    private static final int GONE = 404;
    private static final int REFUSED = 429;

    private final Installation installation;
    private final TestNamespace namespace;
    private final Sight sight;
    private final Controllers controllers;
    private final Broker broker;
    private final SingleNode node;
    private final Set<String> struck = ConcurrentHashMap.newKeySet();
    private final Set<String> cordoned = ConcurrentHashMap.newKeySet();

    Chaos(Installation installation, TestNamespace namespace, Sight sight, Controllers controllers, Broker broker) {
        this.installation = installation;
        this.namespace = namespace;
        this.sight = sight;
        this.controllers = controllers;
        this.broker = broker;
        this.node = new SingleNode();
    }

    /** Does it; returns in a few words to what, or that there was nothing to do it to. */
    String strike(Strike strike, RoundPlan plan) throws Exception {
        return switch (strike.kind()) {
            case CONTROLLER_KILLED -> killLeader();
            case API_SERVER_RESTARTED -> {
                node.restartApiServer();
                yield "it answers again";
            }
            case BROKER_STOPPED -> {
                broker.stop(plan.tasks().stream()
                        .flatMap(task -> sight.task(task.name()).stream())
                        .map(task -> task.getMetadata().getUid())
                        .toList());
                yield "it is gone";
            }
            case BROKER_STARTED -> {
                broker.start();
                yield "it starts";
            }
            case SHIM_KILLED -> onPod(strike, plan, pod -> node.crashShim(namespace.name(), name(pod)));
            case POD_DELETED ->
                onPod(strike, plan, pod -> installation.client().resource(pod).delete());
            case NODE_DRAINED -> drain();
        };
    }

    /** Names of the pods that were hit. */
    Set<String> struck() {
        return Set.copyOf(struck);
    }

    /** Puts right what does not heal by itself: uncordons, and starts the broker. */
    void heal() {
        uncordon();
        broker.start();
    }

    /** Heals, and waits until broker and operator are ready. */
    void restore() {
        heal();
        broker.awaitReady();
        installation.awaitReady();
    }

    private String killLeader() throws Exception {
        controllers.keepLogs();
        var leader = controllers.leader();
        if (leader.filter(Chaos::hasProcesses).isEmpty()) {
            return "there is none that runs";
        }
        var killed =
                !Soak.SINGLE_NODE || node.crashContainer(installation.namespace(), name(leader.get()), "controller");
        if (!killed) {
            return name(leader.get()) + ", which had ended";
        }
        // A container that was killed would wait longer before each next start: its pod goes too, without grace.
        installation.client().resource(leader.get()).withGracePeriod(0).delete();
        return name(leader.get());
    }

    @FunctionalInterface
    private interface Blow {
        void to(Pod pod) throws IOException, InterruptedException;
    }

    /** A pod may end in the moment in which it is hit: then the next one is. */
    private String onPod(Strike strike, RoundPlan plan, Blow blow) throws InterruptedException {
        var why = "no pod runs";
        for (int i = 0; i < TRIES; i++) {
            sight.await(POD, s -> victim(strike, plan).isPresent());
            var victim = victim(strike, plan);
            if (victim.isEmpty()) {
                return why;
            }
            struck.add(name(victim.get()));
            var step = Step.of(victim.get());
            try {
                blow.to(victim.get());
                return name(victim.get()) + " at " + step.name().toLowerCase(Locale.ROOT);
            } catch (IOException | KubernetesClientException e) {
                why = "could not be done: " + e.getMessage();
            }
        }
        return why;
    }

    /** The running pod of the strike's task, else of the task that comes next in the plan. */
    private Optional<Pod> victim(Strike strike, RoundPlan plan) {
        var count = plan.tasks().size();
        return running()
                .filter(pod -> !struck.contains(name(pod)))
                .filter(pod -> plan.tasks().stream().anyMatch(t -> t.name().equals(Sight.taskOf(pod))))
                .min(Comparator.comparingInt(pod -> plan.tasks().stream()
                        .filter(t -> t.name().equals(Sight.taskOf(pod)))
                        .mapToInt(t -> Math.floorMod(t.number() - strike.task(), count))
                        .findFirst()
                        .orElse(count)));
    }

    private Stream<Pod> running() {
        return sight.pods().stream()
                .filter(pod -> Step.of(pod) != Step.OVER)
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .filter(Chaos::hasProcesses);
    }

    private String drain() throws InterruptedException {
        controllers.keepLogs();
        var name = controllers.leader().map(pod -> pod.getSpec().getNodeName()).or(() -> running()
                .map(pod -> pod.getSpec().getNodeName())
                .findFirst());
        if (name.isEmpty()) {
            return "nothing runs on any node";
        }
        cordoned.add(name.get());
        setUnschedulable(name.get(), true);
        var tasks = running()
                .filter(pod -> name.get().equals(pod.getSpec().getNodeName()))
                .toList();
        tasks.forEach(pod -> struck.add(name(pod)));
        var evicted =
                evict(Stream.concat(tasks.stream(), controllers.pods().stream()).toList());
        var over = sight.await(DRAINING, s -> s.pods().stream()
                .filter(pod -> evicted.contains(name(pod)))
                .allMatch(Chaos::stopped));
        uncordon();
        return evicted.size() + " pods evicted" + (over ? "" : ", some of which had not ended in time");
    }

    /** Evicts what may be evicted, and returns its names. A PodDisruptionBudget that refuses does what it is for. */
    private Set<String> evict(List<Pod> pods) {
        // This client would go on asking for a minute where a budget refuses.
        var once = new ConfigBuilder(installation.client().getConfiguration())
                .withRequestRetryBackoffLimit(0)
                .build();
        var evicted = new HashSet<String>();
        try (var client = new KubernetesClientBuilder().withConfig(once).build()) {
            for (var pod : pods) {
                try {
                    if (client.pods().resource(pod).evict()) {
                        evicted.add(name(pod));
                    }
                } catch (KubernetesClientException e) {
                    if (e.getCode() != REFUSED && e.getCode() != GONE) {
                        throw e;
                    }
                }
            }
        }
        return evicted;
    }

    private static boolean stopped(Pod pod) {
        return Step.of(pod) == Step.OVER || !hasProcesses(pod);
    }

    private static boolean hasProcesses(Pod pod) {
        return Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .anyMatch(container -> container.getState().getRunning() != null);
    }

    private void uncordon() {
        List.copyOf(cordoned).forEach(node -> {
            setUnschedulable(node, false);
            cordoned.remove(node);
        });
    }

    private void setUnschedulable(String node, boolean unschedulable) {
        installation.client().nodes().withName(node).edit(found -> new NodeBuilder(found)
                .editSpec()
                .withUnschedulable(unschedulable)
                .endSpec()
                .build());
    }

    private static String name(Pod pod) {
        return pod.getMetadata().getName();
    }
}
