package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.controller.config.Settings;
import dev.agenttask.controller.metrics.TaskMetrics;
import dev.agenttask.controller.progress.ProgressBoard;
import dev.agenttask.controller.progress.StaleStates;
import dev.agenttask.controller.progress.TaskPublisher;
import dev.agenttask.controller.task.Labels;
import dev.agenttask.controller.task.QueueOrder.Ticket;
import dev.agenttask.controller.task.TaskDecider;
import dev.agenttask.controller.task.TaskValidator;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The running controller: its parts put together, started and stopped. */
public final class ControllerRuntime implements AutoCloseable {

    private static final Duration RECONCILE_AT_LEAST = Duration.ofMinutes(5);
    private static final Duration SWEEP = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final Operator operator;
    private final TaskEvents events = new TaskEvents();
    private final EventRecorder recorder;
    private final AdmissionQueue queue;
    private final OrphanSweep sweep;
    private final WatchedTasks tasks;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("orphan-sweep").daemon().factory());
    private final Settings settings;

    /** Puts the parts together. Nothing runs until {@link #start}. */
    public ControllerRuntime(
            KubernetesClient client,
            Settings settings,
            ProgressBoard progress,
            TaskPublisher publisher,
            TaskMetrics metrics,
            InstantSource clock) {
        this.settings = settings;
        this.recorder = new EventRecorder(client);
        this.queue =
                new AdmissionQueue(settings.slots(), ticket -> events.wake(id(ticket)), new QueueSeed(events)::fill);
        var validator = new TaskValidator(settings.policy());
        var starter = new AttemptStarter(client, settings.pods());
        var actions = new ActionRunner(client, events, starter);
        this.tasks = new WatchedTasks(client, events, settings.namespaces());
        this.sweep = new OrphanSweep(client, events, actions, starter, queue, tasks, settings.namespaces());
        var reconciler = new AgentTaskReconciler(
                events,
                new Observer(
                        new AttemptPods(client),
                        new InputReader(client, settings.rules().promptTimeout()),
                        queue,
                        progress,
                        validator,
                        clock),
                new TaskDecider(settings.rules(), validator),
                actions,
                new Aftermath(queue, recorder, publisher, progress, metrics),
                metrics,
                clock);
        this.operator = operator(client, reconciler);
        progress.listen(events::wake);
        metrics.observe(this::tasksByPhase, queue::running, queue::waiting);
    }

    /**
     * Starts to work, once the caches are filled.
     *
     * @throws io.javaoperatorsdk.operator.OperatorException if the API server does not answer or lacks the CRD
     */
    public void start() {
        operator.start();
        timer.scheduleWithFixedDelay(sweep::run, 1, SWEEP.toSeconds(), TimeUnit.SECONDS);
    }

    /** Whether the caches are filled and follow the API server. */
    public boolean ready() {
        return operator.getRuntimeInfo().isStarted()
                && operator.getRuntimeInfo().allEventSourcesAreHealthy();
    }

    /** Tells which tasks are gone. To be asked once the caches are filled. */
    public StaleStates.VanishedTasks vanishedTasks() {
        return tasks;
    }

    /** Ends what is going on, and stops. The pods go on without us. */
    @Override
    public void close() {
        timer.shutdownNow();
        operator.stop();
        recorder.close();
    }

    private Operator operator(KubernetesClient client, AgentTaskReconciler reconciler) {
        var made = new Operator(o -> o.withKubernetesClient(client)
                .withConcurrentReconciliationThreads(settings.reconcileThreads())
                .withCloseClientOnStop(false)
                .withReconciliationTerminationTimeout(STOP)
                .withUseSSAToPatchPrimaryResource(false)
                .checkingCRDAndValidateLocalModel(false));
        made.register(reconciler, o -> {
            o.withName("agenttask")
                    .withFinalizer(Labels.CLEANUP_FINALIZER)
                    .withItemStore(new PrunedStore<>())
                    .withReconciliationMaxInterval(RECONCILE_AT_LEAST)
                    .withRetry(new GenericRetry()
                            .setInitialInterval(500)
                            .setIntervalMultiplier(2)
                            .setMaxInterval(60_000)
                            .withoutMaxAttempts());
            if (settings.namespaces().isEmpty()) {
                o.watchingAllNamespaces();
            } else {
                o.settingNamespaces(settings.namespaces());
            }
        });
        return made;
    }

    private Map<Phase, Long> tasksByPhase() {
        return events.tasks()
                .map(t -> Optional.ofNullable(t.getStatus())
                        .map(AgentTaskStatus::phase)
                        .orElse(Phase.PENDING))
                .collect(Collectors.groupingBy(p -> p, Collectors.counting()));
    }

    private static TaskId id(Ticket ticket) {
        return new TaskId(ticket.namespace(), ticket.name(), ticket.uid());
    }
}
