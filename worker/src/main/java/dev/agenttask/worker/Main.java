package dev.agenttask.worker;

import dev.agenttask.api.FailureClass;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.api.forecast.ForecastPlan;
import dev.agenttask.worker.deliver.DeliverStep;
import dev.agenttask.worker.forecast.ForecastStep;
import dev.agenttask.worker.git.Credential;
import dev.agenttask.worker.git.IsolatedSettings;
import dev.agenttask.worker.git.LogKeeper;
import dev.agenttask.worker.git.Remote;
import dev.agenttask.worker.git.Retry;
import dev.agenttask.worker.pod.JsonFile;
import dev.agenttask.worker.pod.Layout;
import dev.agenttask.worker.report.Redactor;
import dev.agenttask.worker.report.TerminationMessage;
import dev.agenttask.worker.run.CloneStep;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the trusted containers run: {@code clone}, {@code worker} or {@code deliver}, and {@code forecast} in a pod of its own. */
public final class Main {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private static final int USAGE = 64;
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final Duration CLONE = Duration.ofMinutes(10);
    /** Not longer: an attempt whose clone failed is tried again as a whole. */
    private static final Duration CLONE_PATIENCE = Duration.ofMinutes(1);

    private static final Duration DELIVERY = Duration.ofMinutes(8);
    private static final Duration DELIVERY_PATIENCE = Duration.ofMinutes(5);
    private static final Duration LOG_TIME = Duration.ofMinutes(1);
    private static final Duration FORECAST = Duration.ofMinutes(8);

    private final Layout layout;
    private final Clock clock;
    private final AttemptPlan plan;
    private final Optional<Credential> credential;
    private final Redactor redactor;

    /**
     * Reads what the pod gives this container.
     *
     * @throws IOException if there is no plan, or it cannot be read
     */
    public Main(Layout layout, Clock clock) throws IOException {
        this.layout = layout;
        this.clock = clock;
        this.plan = new JsonFile<>(layout.plan(), AttemptPlan.class).readExisting();
        this.credential = Credential.read(layout.gitCredential());
        this.redactor = credential.map(Credential::redactor).orElse(Redactor.NONE);
    }

    /** Runs the container's step and ends with 0, or with 1 and a report in the termination message. */
    public static void main(String[] args) {
        var role = args.length == 1 ? args[0] : "";
        var layout = Layout.ofThisProcess();
        IsolatedSettings.install();
        try {
            if (role.equals(ForecastPlan.ROLE)) {
                System.exit(forecast(layout, Clock.systemUTC()));
            }
            var main = new Main(layout, Clock.systemUTC());
            switch (role) {
                case PodLayout.CLONE -> System.exit(main.cloneRepository());
                case PodLayout.DELIVER -> System.exit(main.deliver());
                case PodLayout.WORKER -> main.work();
                default -> {
                    LOG.error(
                            "usage: {} | {} | {} | {}",
                            PodLayout.CLONE,
                            PodLayout.WORKER,
                            PodLayout.DELIVER,
                            ForecastPlan.ROLE);
                    System.exit(USAGE);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("{} failed", role, e);
            new TerminationMessage(layout.terminationLog(), Redactor.NONE)
                    .write(StepReport.failure(
                            FailureClass.INFRASTRUCTURE, "WorkerFailed", "The " + role + " step failed: " + e));
            System.exit(1);
        }
    }

    /** Clones. Returns the exit code. */
    public int cloneRepository() {
        return end(new CloneStep(layout, plan, remote(), new Retry(clock, CLONE_PATIENCE), CLONE, clock).run());
    }

    /**
     * Delivers. Returns the exit code.
     *
     * @throws IOException if the vault cannot be written
     */
    public int deliver() throws IOException {
        var log = new LogKeeper(layout, plan, remote(), redactor, clock, LOG_TIME);
        return end(new DeliverStep(layout, plan, remote(), new Retry(clock, DELIVERY_PATIENCE), DELIVERY, log, clock)
                .run());
    }

    /**
     * Does the worker's part until the kubelet asks for the end.
     *
     * @throws IOException if the vault or a channel cannot be used
     */
    public void work() throws IOException {
        new Sidecar(layout, plan, remote(), redactor, clock).run();
    }

    /**
     * Forecasts which of the results in a plan conflict, and prints it. Returns the exit code.
     *
     * @throws IOException if there is no plan, or it cannot be read
     */
    public static int forecast(Layout layout, Clock clock) throws IOException {
        var plan = new JsonFile<>(layout.forecastPlan(), ForecastPlan.class).readExisting();
        var credential = Credential.read(layout.gitCredential());
        var report = new ForecastStep(
                        layout,
                        plan,
                        new Remote(plan.url(), credential, SILENCE),
                        new Retry(clock, CLONE_PATIENCE),
                        FORECAST,
                        System.out)
                .run();
        var redactor = credential.map(Credential::redactor).orElse(Redactor.NONE);
        return end(layout, redactor, report);
    }

    private Remote remote() {
        return new Remote(plan.repository().url(), credential, SILENCE);
    }

    private int end(StepReport report) {
        return end(layout, redactor, report);
    }

    private static int end(Layout layout, Redactor redactor, StepReport report) {
        new TerminationMessage(layout.terminationLog(), redactor).write(report);
        return report.ok() ? 0 : 1;
    }
}
