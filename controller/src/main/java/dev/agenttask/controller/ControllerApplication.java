package dev.agenttask.controller;

import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.controller.config.LeaseTerms;
import dev.agenttask.controller.config.OperatorConfig;
import dev.agenttask.controller.config.Settings;
import dev.agenttask.controller.kube.ApiRequestCounter;
import dev.agenttask.controller.kube.ControllerRuntime;
import dev.agenttask.controller.kube.Farewell;
import dev.agenttask.controller.kube.LeaderElection;
import dev.agenttask.controller.metrics.ApiMetrics;
import dev.agenttask.controller.metrics.KafkaMetrics;
import dev.agenttask.controller.metrics.TaskMetrics;
import dev.agenttask.controller.progress.KafkaPublisher;
import dev.agenttask.controller.progress.KafkaSettings;
import dev.agenttask.controller.progress.ProgressBoard;
import dev.agenttask.controller.progress.ProgressConsumer;
import dev.agenttask.controller.progress.StaleStates;
import dev.agenttask.controller.progress.TaskPublisher;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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
        var metrics = new TaskMetrics(registry);
        var client = opened(client(new ApiMetrics(registry)));
        var election =
                switch (config.mode()) {
                    case RUN -> run(client, metrics);
                    case UNINSTALL -> uninstall(client);
                };
        metrics.observeLeader(election::leads);
        ready = () -> election.inTouch() && !election.leads();
        election.start();
    }

    private LeaderElection run(KubernetesClient client, TaskMetrics metrics) {
        var settings = Settings.of(config);
        LOG.info(
                "Started as {}: {} slots, namespaces {}, Kafka {}",
                settings.lease().identity(),
                settings.slots().total(),
                settings.namespaces().isEmpty() ? "all" : settings.namespaces(),
                settings.kafka().map(Object::toString).orElse("not used"));
        return election(client, settings.lease(), lease -> lead(client, settings, metrics, lease));
    }

    /** Whoever holds the lease works: so this one lets go of what others hold once they have all ended. */
    private LeaderElection uninstall(KubernetesClient client) {
        LOG.info("Waits for the controllers to end");
        return election(client, Settings.lease(config), lease -> {
            new Farewell(client, config.namespaces().orElse(Set.of())).say();
            Quarkus.asyncExit(0);
        });
    }

    private LeaderElection election(KubernetesClient client, LeaseTerms terms, Consumer<String> elected) {
        return opened(new LeaderElection(client, terms, InstantSource.system(), elected, ControllerApplication::halt));
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

    private synchronized void lead(KubernetesClient client, Settings settings, TaskMetrics metrics, String lease) {
        if (stopped) {
            return;
        }
        var board = opened(new ProgressBoard(settings.rules().progressInterval()));
        var kafka = settings.kafka().map(k -> k.writtenBy(lease));
        var kafkaMetrics = new KafkaMetrics(registry);
        var publisher = kafka.map(k -> publisher(k, kafkaMetrics)).orElse(TaskPublisher.NONE);
        kafka.ifPresent(k -> read(k, board, kafkaMetrics));
        var runtime =
                opened(new ControllerRuntime(client, settings, board, publisher, metrics, InstantSource.system()));
        runtime.start();
        kafka.ifPresent(k ->
                opened(new StaleStates(k, runtime.vanishedTasks(), publisher)).start());
        ready = runtime::ready;
        LOG.info("The caches are filled, and tasks are worked on");
    }

    private TaskPublisher publisher(KafkaSettings kafka, KafkaMetrics metrics) {
        var publisher = opened(new KafkaPublisher(kafka));
        metrics.observePublisher(
                publisher, KafkaPublisher::waiting, KafkaPublisher::dropped, KafkaPublisher::connected);
        publisher.start();
        return publisher;
    }

    private void read(KafkaSettings kafka, ProgressBoard board, KafkaMetrics metrics) {
        Consumer<ProgressEvent> count = metrics::heard;
        var consumer = opened(new ProgressConsumer(kafka, count.andThen(board::accept)));
        metrics.observeReader(consumer::lag, consumer::connected);
        consumer.start();
    }

    /** Another replica works from now on: nothing may be written any more, so nothing is ended gently. */
    private static void halt() {
        Runtime.getRuntime().halt(1);
    }

    private static KubernetesClient client(ApiMetrics metrics) {
        return new KubernetesClientBuilder()
                .withConfig(Config.autoConfigure(null))
                .withKubernetesSerialization(AgentTaskJson.ofResources())
                .withHttpClientBuilderConsumer(
                        builder -> builder.addOrReplaceInterceptor("requests", new ApiRequestCounter(metrics)))
                .build();
    }

    private <C extends AutoCloseable> C opened(C closeable) {
        running.push(closeable);
        return closeable;
    }
}
