package dev.agenttask.controller.progress;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What waits to be sent. Of each task's state only the latest waits; when more events wait than fit, the oldest go
 * first.
 */
final class Outbox {

    static final int MAX_EVENTS = 10_000;

    private final Deque<Item> order = new ArrayDeque<>();
    private final Map<String, Optional<byte[]>> states = new HashMap<>();
    private int events;
    private long dropped;
    private boolean closed;

    /**
     * A record for Kafka.
     *
     * @param uid of the task: the key
     * @param state whether it is the task's state; an event otherwise
     * @param value the value; empty deletes the key
     */
    record Item(String uid, boolean state, Optional<byte[]> value) {}

    synchronized void event(String uid, byte[] value) {
        if (events >= MAX_EVENTS) {
            dropOldestEvent();
        }
        order.add(new Item(uid, false, Optional.of(value)));
        events++;
        notifyAll();
    }

    synchronized void state(String uid, Optional<byte[]> value) {
        if (states.put(uid, value) == null) {
            order.add(new Item(uid, true, Optional.empty()));
            notifyAll();
        }
    }

    /** Waits for the next record; empty once closed and nothing is left. */
    synchronized Optional<Item> take() {
        try {
            while (order.isEmpty() && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        if (order.isEmpty()) {
            return Optional.empty();
        }
        var item = order.remove();
        if (item.state()) {
            return Optional.of(new Item(item.uid(), true, states.remove(item.uid())));
        }
        events--;
        return Optional.of(item);
    }

    /** How many records wait. */
    synchronized int size() {
        return order.size();
    }

    /** How many events had to go because too many waited. */
    synchronized long dropped() {
        return dropped;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void dropOldestEvent() {
        var items = order.iterator();
        while (items.hasNext()) {
            if (!items.next().state()) {
                items.remove();
                events--;
                dropped++;
                return;
            }
        }
    }
}
