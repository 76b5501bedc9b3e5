package dev.agenttask.controller.kube;

import dev.agenttask.controller.config.LeaseTerms;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one of the replicas the leader, by way of a Lease. Whoever leads stops before the others may take over: it
 * counts from the moment at which it asked for the last renewal that succeeded, they from the moment at which they saw
 * it. Nobody compares clocks, and no request that hangs delays the end.
 */
public final class LeaderElection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderElection.class);
    private static final Duration WATCH = Duration.ofMillis(250);

    private final KubernetesClient client;
    private final LeaseTerms terms;
    private final InstantSource clock;
    private final Consumer<String> elected;
    private final Runnable lost;
    private final ScheduledExecutorService requests = timer("leader-election");
    private final ScheduledExecutorService watch = timer("leader-watch");
    private Seen seen = new Seen("", System.nanoTime());
    private volatile boolean leads;
    private volatile boolean troubled;
    private volatile long renewed = System.nanoTime();
    private volatile Optional<Long> answered = Optional.empty();

    /**
     * A version of the Lease.
     *
     * @param version its resource version
     * @param since {@link System#nanoTime} at which it was seen first
     */
    private record Seen(String version, long since) {}

    /**
     * Prepares an election. Nothing is asked until {@link #start}.
     *
     * @param elected begins to work, in a thread of its own; it is told the UID of the Lease, which stays the same for
     *     all leaders. When it throws, the leadership is given up
     * @param lost ends all work at once: another replica leads, or is about to
     */
    public LeaderElection(
            KubernetesClient client, LeaseTerms terms, InstantSource clock, Consumer<String> elected, Runnable lost) {
        var patience = Math.toIntExact(terms.renewDeadline().dividedBy(2).toMillis());
        this.client = client.newClient(new RequestConfigBuilder()
                        .withRequestTimeout(patience)
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .adapt(KubernetesClient.class);
        this.terms = terms;
        this.clock = clock;
        this.elected = elected;
        this.lost = lost;
    }

    /** Begins to look at the Lease, and takes it when it is free. */
    public void start() {
        var retry = terms.retry().toMillis();
        requests.scheduleWithFixedDelay(this::step, 0, retry, TimeUnit.MILLISECONDS);
        watch.scheduleWithFixedDelay(this::endIfOverdue, 0, WATCH.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether this replica is the one that works. */
    public boolean leads() {
        return leads;
    }

    /** Whether the API server told of the Lease lately, so that this replica could take over. */
    public boolean inTouch() {
        return answered.filter(at -> since(at).compareTo(terms.duration()) < 0).isPresent();
    }

    /** Gives the Lease back, so that another replica takes over at once. All work must have ended before. */
    @Override
    public void close() {
        watch.shutdownNow();
        requests.shutdown();
        try {
            if (!requests.awaitTermination(terms.renewDeadline().toMillis(), TimeUnit.MILLISECONDS)) {
                requests.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (leads) {
            leads = false;
            release();
        }
    }

    private void step() {
        var asked = System.nanoTime();
        try {
            var lease = Optional.ofNullable(lease().get());
            answered = Optional.of(System.nanoTime());
            if (lease.filter(l -> !mayTake(l)).isPresent()) {
                follow(holder(lease.get()));
            } else {
                lead(lease.isPresent() ? client.resource(mine(lease.get())).update() : create(), asked);
            }
            troubled = false;
        } catch (KubernetesClientException e) {
            say(e);
        } catch (RuntimeException e) {
            LOG.error("Could not look at the lease", e);
        }
    }

    /** A Lease that is ours, that nobody holds, or that its holder has not renewed for as long as it promised to. */
    private boolean mayTake(Lease lease) {
        var holder = holder(lease);
        if (holder.isEmpty() || holder.equals(terms.identity())) {
            return true;
        }
        var version = lease.getMetadata().getResourceVersion();
        if (!version.equals(seen.version())) {
            seen = new Seen(version, System.nanoTime());
        }
        var promised = Optional.ofNullable(lease.getSpec().getLeaseDurationSeconds())
                .map(Duration::ofSeconds)
                .orElse(terms.duration());
        return since(seen.since()).compareTo(promised) > 0;
    }

    private void follow(String holder) {
        if (leads) {
            lose("it is held by " + holder);
        }
    }

    private void lead(Lease lease, long asked) {
        renewed = asked;
        if (!leads) {
            leads = true;
            LOG.info("This replica, {}, leads", terms.identity());
            Thread.ofPlatform()
                    .name("leading")
                    .start(() -> begin(lease.getMetadata().getUid()));
        }
    }

    private void begin(String lease) {
        try {
            elected.accept(lease);
        } catch (RuntimeException e) {
            LOG.error("Could not begin to work", e);
            lose("this replica cannot work");
        }
    }

    private void endIfOverdue() {
        if (leads && since(renewed).compareTo(terms.renewDeadline()) > 0) {
            lose("it was not renewed for " + terms.renewDeadline().toSeconds() + " s");
        }
    }

    private synchronized void lose(String why) {
        if (leads) {
            leads = false;
            LOG.error("This replica, {}, has lost the lease: {}", terms.identity(), why);
            lost.run();
        }
    }

    private void release() {
        try {
            var lease = lease().get();
            if (lease != null && holder(lease).equals(terms.identity())) {
                lease.getSpec().setHolderIdentity("");
                lease.getSpec().setLeaseDurationSeconds(1);
                client.resource(lease).update();
                LOG.info("This replica, {}, leads no longer", terms.identity());
            }
        } catch (KubernetesClientException e) {
            LOG.warn("The lease was not given back, it ends by itself: {}", e.getMessage());
        }
    }

    private Lease create() {
        return client.resource(mine(new LeaseBuilder()
                        .withNewMetadata()
                        .withNamespace(terms.namespace())
                        .withName(terms.name())
                        .endMetadata()
                        .build()))
                .create();
    }

    private Lease mine(Lease lease) {
        var now = ZonedDateTime.ofInstant(clock.instant().truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
        var before = holder(lease);
        var changed = new LeaseBuilder(lease)
                .editOrNewSpec()
                .withHolderIdentity(terms.identity())
                .withLeaseDurationSeconds(Math.toIntExact(terms.duration().toSeconds()))
                .withRenewTime(now);
        if (!before.equals(terms.identity())) {
            var transitions = Optional.ofNullable(lease.getSpec()).map(s -> s.getLeaseTransitions());
            changed.withAcquireTime(now)
                    .withLeaseTransitions(transitions.map(t -> t + 1).orElse(0));
        }
        return changed.endSpec().build();
    }

    /** An update that someone else was faster with is no trouble: the next look tells. */
    private void say(KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && !troubled) {
            troubled = true;
            LOG.warn(
                    "The lease {}/{} could not be read or written: {}",
                    terms.namespace(),
                    terms.name(),
                    e.getMessage());
        }
    }

    private Resource<Lease> lease() {
        return client.leases().inNamespace(terms.namespace()).withName(terms.name());
    }

    private static String holder(Lease lease) {
        return Optional.ofNullable(lease.getSpec())
                .flatMap(s -> Optional.ofNullable(s.getHolderIdentity()))
                .orElse("");
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    private static ScheduledExecutorService timer(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }
}
