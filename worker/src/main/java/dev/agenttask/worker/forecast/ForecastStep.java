package dev.agenttask.worker.forecast;

import dev.agenttask.api.FailureClass;
import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.api.forecast.ForecastAnswer;
import dev.agenttask.api.forecast.ForecastPlan;
import dev.agenttask.worker.git.Checkout;
import dev.agenttask.worker.git.HeadFetcher;
import dev.agenttask.worker.git.Remote;
import dev.agenttask.worker.git.RemoteException;
import dev.agenttask.worker.git.Retry;
import dev.agenttask.worker.git.Vault;
import dev.agenttask.worker.pod.Bounded;
import dev.agenttask.worker.pod.Layout;
import dev.agenttask.worker.pod.StepFailure;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** The one step of a forecast's pod: fetches the results, merges them on trial, and prints the answer. */
public final class ForecastStep {

    /**
     * Results and what they started from; then what a base is ahead as a rule; then everything. More is fetched only where
     * it has not been found out with less how the results stand to the base.
     */
    private static final int[] DEPTHS = {2, 100, 0};

    private final Layout layout;
    private final ForecastPlan plan;
    private final Remote remote;
    private final Retry retry;
    private final Duration timeout;
    private final PrintStream out;

    /**
     * Fetches from {@code remote}, which is tried again as {@code retry} says while it is away; what is not done within
     * {@code timeout} has failed. The answer is printed to {@code out}.
     */
    public ForecastStep(
            Layout layout, ForecastPlan plan, Remote remote, Retry retry, Duration timeout, PrintStream out) {
        this.layout = layout;
        this.plan = plan;
        this.remote = remote;
        this.retry = retry;
        this.timeout = timeout;
        this.out = out;
    }

    /** Prints the answer, or tells why there is none. */
    public StepReport run() {
        var startedAt = System.nanoTime();
        try {
            var forecast = Bounded.call("forecast", timeout, this::forecast);
            var millis = Duration.ofNanos(System.nanoTime() - startedAt).toMillis();
            out.println(forecast.took(millis).toLine());
            out.flush();
            return StepReport.NONE;
        } catch (StepFailure e) {
            return e.report();
        } catch (TimeoutException e) {
            return failure(
                    "ForecastTimeout", "It took more than " + timeout.toSeconds() + " s to compare the results.");
        } catch (IOException e) {
            return failure(
                    "ForecastFailed",
                    "The results at " + remote.url() + " could not be compared: " + remote.clean(String.valueOf(e)));
        } catch (OutOfMemoryError e) {
            return failure(
                    "RepositoryTooLarge",
                    "To compare the results at " + remote.url() + " needs more memory than the forecast has: have the"
                            + " operator's tasks.resources.git.limits.memory raised.");
        }
    }

    private ForecastAnswer forecast() throws StepFailure, IOException {
        Checkout.empty(layout.vault());
        try (var repository = Vault.create(layout.repository())) {
            var fetcher = new HeadFetcher(repository, remote, retry, plan);
            for (var depth : DEPTHS) {
                var fetched = fetcher.fetch(depth).orElseThrow(this::noBase);
                var forks = Forks.of(repository, plan, fetched);
                if (depth == 0 || forks.certain()) {
                    return new Forecaster(repository, plan, fetched, forks).forecast();
                }
            }
            throw new IllegalStateException("the last depth is everything");
        } catch (RemoteException e) {
            throw new StepFailure(failure(
                    e.kind() == RemoteException.Kind.UNREACHABLE ? "RepositoryUnreachable" : "RepositoryRefused",
                    e.getMessage()));
        }
    }

    private StepFailure noBase() {
        return new StepFailure(failure(
                "RefNotFound", "There is no branch or tag '" + plan.ref() + "' at " + remote.url() + " any more."));
    }

    private static StepReport failure(String reason, String message) {
        return StepReport.failure(FailureClass.INFRASTRUCTURE, reason, message);
    }
}
