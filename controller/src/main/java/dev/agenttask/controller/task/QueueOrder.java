package dev.agenttask.controller.task;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** Who leaves the queue first: by priority, then fair between namespaces, then by age. */
public final class QueueOrder {

    private QueueOrder() {}

    /**
     * A task that is ready to start.
     *
     * @param uid of the task
     * @param namespace of the task
     * @param name of the task
     * @param priority higher goes first
     * @param createdAt earlier goes first
     */
    public record Ticket(String uid, String namespace, String name, int priority, Instant createdAt) {}

    /**
     * How many tasks may run at once.
     *
     * @param total in all namespaces together
     * @param perNamespace in one namespace; 0 is no bound of its own
     */
    public record Slots(int total, int perNamespace) {

        /** Whether a namespace in which so many run may not start another. */
        public boolean full(int runningInNamespace) {
            return perNamespace > 0 && runningInNamespace >= perNamespace;
        }
    }

    /** The task that may start now, if there is a slot and someone for it. */
    public static Optional<Ticket> next(Collection<Ticket> waiting, Map<String, Integer> running, Slots slots) {
        var all = running.values().stream().mapToInt(Integer::intValue).sum();
        if (all >= slots.total()) {
            return Optional.empty();
        }
        return waiting.stream()
                .filter(t -> !slots.full(running.getOrDefault(t.namespace(), 0)))
                .min(Comparator.comparingInt(Ticket::priority)
                        .reversed()
                        .thenComparingInt(t -> running.getOrDefault(t.namespace(), 0))
                        .thenComparing(Ticket::createdAt)
                        .thenComparing(Ticket::namespace)
                        .thenComparing(Ticket::name));
    }
}
