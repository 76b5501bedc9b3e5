package dev.agenttask.worker.sandbox;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Where signals wait for the worker's main flow, which takes them one by one. */
public final class Mailbox implements Consumer<Signal> {

    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private volatile boolean terminated;

    @Override
    public void accept(Signal signal) {
        terminated |= signal instanceof Signal.Terminate;
        signals.add(signal);
    }

    /** The next signal; empty when none comes for that long. */
    public Optional<Signal> poll(Duration timeout) {
        try {
            return Optional.ofNullable(signals.poll(Math.max(0, timeout.toMillis()), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            // Nobody interrupts the main flow but to end it.
            Thread.currentThread().interrupt();
            return Optional.of(new Signal.Terminate());
        }
    }

    /** Whether the kubelet has asked for the end, also if that signal was taken. */
    public boolean terminated() {
        return terminated;
    }

    /** Throws away what is not wanted any more. */
    public void forget(Predicate<Signal> unwanted) {
        signals.removeIf(unwanted);
    }
}
