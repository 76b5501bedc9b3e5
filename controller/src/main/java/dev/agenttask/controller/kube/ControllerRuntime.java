package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Phase;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.controller.config.Settings;
import dev.agenttask.controller.forecast.ForecastBoard;
import dev.agenttask.controller.forecast.ForecastDecider;
import dev.agenttask.controller.metrics.Placed;
import dev.agenttask.controller.metrics.TaskMetrics;
import dev.agenttask.controller.progress.ProgressBoard;
import dev.agenttask.controller.progress.StaleStates;
import dev.agenttask.controller.progress.TaskPublisher;
import dev.agenttask.controller.task.Labels;
import dev.agenttask.controller.task.QueueOrder.Ticket;
import dev.agenttask.controller.task.TaskDecider;
import dev.agenttask.controller.task.TaskValidator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The running controller: its parts put together, started and stopped. */
public final class ControllerRuntime implements AutoCloseable {

    private static final Duration RECONCILE_AT_LEAST = Duration.ofMinutes(5);
    private static final Duration SWEEP = Duration.ofSeconds(30);
    private static final Duration FORECASTS = Duration.ofSeconds(2);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final Operator operator;
    private final TaskEvents events = new TaskEvents();
    private final EventRecorder recorder;
    private final AdmissionQueue queue;
    private final OrphanSweep sweep;
    private final WatchedTasks tasks;
    private final Forecasts forecasts;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("housekeeping").daemon().factory());
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
        this.queue = new AdmissionQueue(
                settings.slots(),
                ticket -> events.wake(id(ticket)),
                new QueueSeed(events)::fill,
                metrics::waited,
                clock);
        var validator = new TaskValidator(settings.policy());
        var starter = new AttemptStarter(client, settings.pods());
        var actions = new ActionRunner(client, events, starter);
        this.tasks = new WatchedTasks(client, events, settings.namespaces());
        var aftermath = new Aftermath(queue, recorder, publisher, progress, metrics);
        this.sweep = new OrphanSweep(client, events, actions, starter, queue, aftermath, tasks, settings.namespaces());
        var inputs = new InputReader(client, settings.rules().promptTimeout());
        var board = new ForecastBoard();
        this.forecasts = new Forecasts(
                events,
                new ForecastPods(client, inputs, settings.pods(), settings.namespaces()),
                new ForecastDecider(settings.forecasts()),
                board,
                clock);
        var reconciler = new AgentTaskReconciler(
                events,
                new Observer(new AttemptPods(client), inputs, queue, progress, board, validator, clock),
                new TaskDecider(settings.rules(), validator),
                actions,
                aftermath,
                metrics,
                clock);
        var batches = new BatchReconciler(client, recorder, metrics, clock);
        this.operator = operator(client, reconciler, batches);
        progress.listen(events::wake);
        metrics.observe(this::tasks, batches::all);
        metrics.observe(queue, settings.slots().total());
    }

    /**
     * Starts to work, once the caches are filled.
     *
     * @throws io.javaoperatorsdk.operator.OperatorException if the API server does not answer or lacks the CRD
     */
    public void start() {
        operator.start();
        // Both on one thread: what a forecast is being started with is not taken for what has lost its pod.
        timer.scheduleWithFixedDelay(sweep::run, 1, SWEEP.toSeconds(), TimeUnit.SECONDS);
        if (settings.forecasts().enabled()) {
            timer.scheduleWithFixedDelay(forecasts::run, 1, FORECASTS.toSeconds(), TimeUnit.SECONDS);
        }
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

    private Operator operator(KubernetesClient client, AgentTaskReconciler tasks, BatchReconciler batches) {
        var made = new Operator(o -> o.withKubernetesClient(client)
                .withConcurrentReconciliationThreads(settings.reconcileThreads())
                .withCloseClientOnStop(false)
                .withReconciliationTerminationTimeout(STOP)
                .withUseSSAToPatchPrimaryResource(false)
                .checkingCRDAndValidateLocalModel(false));
        made.register(tasks, o -> {
            common(o, "agenttask");
            o.withFinalizer(Labels.CLEANUP_FINALIZER);
        });
        made.register(batches, o -> common(o, "agenttaskbatch"));
        return made;
    }

    private <R extends HasMetadata> void common(ControllerConfigurationOverrider<R> o, String name) {
        o.withName(name)
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
    }

    private Stream<Placed> tasks() {
        return events.tasks()
                .map(t -> new Placed(
                        t.getMetadata().getNamespace(),
                        Optional.ofNullable(t.getStatus())
                                .map(AgentTaskStatus::phase)
                                .orElse(Phase.PENDING)));
    }

    private static TaskId id(Ticket ticket) {
        return new TaskId(ticket.namespace(), ticket.name(), ticket.uid());
    }
}
