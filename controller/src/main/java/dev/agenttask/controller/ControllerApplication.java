package dev.agenttask.controller;

import dev.agenttask.controller.config.OperatorConfig;
import dev.agenttask.controller.config.Settings;
import dev.agenttask.controller.kube.ApiRequestCounter;
import dev.agenttask.controller.kube.ControllerRuntime;
import dev.agenttask.controller.kube.LeaderElection;
import dev.agenttask.controller.metrics.TaskMetrics;
import dev.agenttask.controller.progress.KafkaPublisher;
import dev.agenttask.controller.progress.ProgressBoard;
import dev.agenttask.controller.progress.ProgressConsumer;
import dev.agenttask.controller.progress.TaskPublisher;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for election when Quarkus has started, starts the controller when it is elected, and stops all of it in the
 * opposite order: the lease is given back once nothing works any more.
 */
@ApplicationScoped
public class ControllerApplication {

    private static final Logger LOG = LoggerFactory.getLogger(ControllerApplication.class);

    private final OperatorConfig config;
    private final MeterRegistry registry;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private volatile BooleanSupplier ready = () -> false;
    private boolean stopped;

    ControllerApplication(OperatorConfig config, MeterRegistry registry) {
        this.config = config;
        this.registry = registry;
    }

    void start(@Observes StartupEvent event) {
        var settings = Settings.of(config);
        var metrics = new TaskMetrics(registry);
        var client = opened(client(metrics));
        var election = opened(new LeaderElection(
                client,
                settings.lease(),
                InstantSource.system(),
                lease -> lead(client, settings, metrics),
                ControllerApplication::halt));
        metrics.observeLeader(election::leads);
        ready = () -> election.inTouch() && !election.leads();
        election.start();
        LOG.info(
                "Started as {}: {} slots, namespaces {}, Kafka {}",
                settings.lease().identity(),
                settings.slots().total(),
                settings.namespaces().isEmpty() ? "all" : settings.namespaces(),
                settings.kafka().map(Object::toString).orElse("not used"));
    }

    synchronized void stop(@Observes ShutdownEvent event) {
        stopped = true;
        ready = () -> false;
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception e) {
                LOG.warn("Could not stop cleanly", e);
            }
        }
    }

    /** Whether this replica works on tasks, or could do so at once. */
    public boolean ready() {
        return ready.getAsBoolean();
    }

    private synchronized void lead(KubernetesClient client, Settings settings, TaskMetrics metrics) {
        if (stopped) {
            return;
        }
        var board = opened(new ProgressBoard(settings.rules().progressInterval()));
        var publisher = settings.kafka()
                .map(kafka -> {
                    var made = opened(new KafkaPublisher(kafka));
                    made.start();
                    opened(new ProgressConsumer(kafka, board)).start();
                    return (TaskPublisher) made;
                })
                .orElse(TaskPublisher.NONE);
        var runtime =
                opened(new ControllerRuntime(client, settings, board, publisher, metrics, InstantSource.system()));
        runtime.start();
        ready = runtime::ready;
        LOG.info("The caches are filled, and tasks are worked on");
    }

    /** Another replica works from now on: nothing may be written any more, so nothing is ended gently. */
    private static void halt() {
        Runtime.getRuntime().halt(1);
    }

    private static KubernetesClient client(TaskMetrics metrics) {
        return new KubernetesClientBuilder()
                .withConfig(Config.autoConfigure(null))
                .withHttpClientBuilderConsumer(
                        builder -> builder.addOrReplaceInterceptor("requests", new ApiRequestCounter(metrics)))
                .build();
    }

    private <C extends AutoCloseable> C opened(C closeable) {
        running.push(closeable);
        return closeable;
    }
}
