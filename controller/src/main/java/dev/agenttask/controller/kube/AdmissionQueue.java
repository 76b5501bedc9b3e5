package dev.agenttask.controller.kube;

import dev.agenttask.controller.metrics.QueueState;
import dev.agenttask.controller.task.Admission;
import dev.agenttask.controller.task.QueueOrder;
import dev.agenttask.controller.task.QueueOrder.Slots;
import dev.agenttask.controller.task.QueueOrder.Ticket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Hands out the slots of the operator, also when several tasks ask at the same time. What it knows comes from the
 * tasks: it is filled from them once at the start, and told of each change. Whoever may go next is woken at once.
 */
final class AdmissionQueue implements QueueState {

    private final Slots slots;
    private final Consumer<Ticket> wake;
    private final Map<String, String> running = new HashMap<>();
    private final Map<String, Waiting> waiting = new HashMap<>();
    private final Consumer<AdmissionQueue> seed;
    private final Consumer<Duration> waited;
    private final InstantSource clock;
    private boolean seeded;

    /**
     * A task that waits.
     *
     * @param since when it asked first, or this controller began
     */
    private record Waiting(Ticket ticket, Instant since) {}

    /**
     * @param slots how many there are
     * @param wake is told of a task that may go now
     * @param seed fills the queue with what is there already, before the first one asks
     * @param waited is told how long each task that gets a slot waited for it
     */
    AdmissionQueue(
            Slots slots,
            Consumer<Ticket> wake,
            Consumer<AdmissionQueue> seed,
            Consumer<Duration> waited,
            InstantSource clock) {
        this.slots = slots;
        this.wake = wake;
        this.seed = seed;
        this.waited = waited;
        this.clock = clock;
    }

    /** Asks for a slot. Who gets one keeps it until {@link #leave}. */
    Admission ask(Ticket ticket) {
        var answer = tryEnter(ticket);
        next().filter(t -> !t.uid().equals(ticket.uid())).ifPresent(wake);
        return answer;
    }

    /** Notes that a task holds a slot, whatever the limits say: its pod is there. */
    synchronized void enter(String uid, String namespace) {
        waiting.remove(uid);
        running.put(uid, namespace);
    }

    /** Notes a task that waited before the controller was started, so that nobody overtakes it. */
    synchronized void remember(Ticket ticket) {
        waiting.put(ticket.uid(), new Waiting(ticket, clock.instant()));
    }

    /** Notes that a task neither runs nor wants to. */
    void leave(String uid) {
        if (drop(uid)) {
            next().ifPresent(wake);
        }
    }

    /** Notes that nobody knows whether a task still wants to start: others go first until it asks again. */
    void stepAside(String uid) {
        if (dropWaiting(uid)) {
            next().ifPresent(wake);
        }
    }

    /**
     * Forgets tasks that are gone without a word, because their finalizer was taken from them.
     *
     * @param existing gives the uids of all tasks; it is asked after the queue looked at who is in it
     */
    void dropVanished(Supplier<Set<String>> existing) {
        var gone = uids();
        gone.removeAll(existing.get());
        gone.forEach(this::leave);
    }

    @Override
    public synchronized int running() {
        return running.size();
    }

    @Override
    public synchronized int waiting() {
        return waiting.size();
    }

    @Override
    public synchronized Duration longestWait() {
        return waiting.values().stream()
                .map(Waiting::since)
                .min(Comparator.naturalOrder())
                .map(since -> Duration.between(since, clock.instant()))
                .orElse(Duration.ZERO);
    }

    @Override
    public synchronized boolean offering() {
        return next().isPresent();
    }

    private synchronized Admission tryEnter(Ticket ticket) {
        if (!seeded) {
            seeded = true;
            seed.accept(this);
        }
        if (running.containsKey(ticket.uid())) {
            return new Admission.Admitted();
        }
        var now = clock.instant();
        var since = Optional.ofNullable(waiting.get(ticket.uid()))
                .map(Waiting::since)
                .orElse(now);
        waiting.put(ticket.uid(), new Waiting(ticket, since));
        if (next().filter(t -> t.uid().equals(ticket.uid())).isPresent()) {
            enter(ticket.uid(), ticket.namespace());
            waited.accept(Duration.between(since, now));
            return new Admission.Admitted();
        }
        return new Admission.Waiting(message(ticket));
    }

    private synchronized Set<String> uids() {
        var uids = new HashSet<>(waiting.keySet());
        uids.addAll(running.keySet());
        return uids;
    }

    private synchronized boolean dropWaiting(String uid) {
        return waiting.remove(uid) != null;
    }

    private synchronized boolean drop(String uid) {
        var wasWaiting = waiting.remove(uid) != null;
        return running.remove(uid) != null || wasWaiting;
    }

    private synchronized Optional<Ticket> next() {
        return QueueOrder.next(waiting.values().stream().map(Waiting::ticket).toList(), runningByNamespace(), slots);
    }

    private String message(Ticket ticket) {
        var inNamespace = runningByNamespace().getOrDefault(ticket.namespace(), 0);
        return slots.full(inNamespace)
                ? "Waits for one of the " + slots.perNamespace() + " slots that each namespace has."
                : "Waits for one of the operator's " + slots.total()
                        + " slots. Higher spec.priority goes first, then the namespace in which fewest run, then age.";
    }

    private Map<String, Integer> runningByNamespace() {
        var counts = new HashMap<String, Integer>();
        new ArrayList<>(running.values()).forEach(namespace -> counts.merge(namespace, 1, Integer::sum));
        return counts;
    }
}
