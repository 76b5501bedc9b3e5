package dev.agenttask.worker.report;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A token bucket: how many bytes may still be reported now. */
public final class Budget {

    private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private final long burst;
    private final long perSecond;
    private final LongSupplier nanoClock;
    private double available;
    private long updatedAt;

    /**
     * A full bucket.
     *
     * @param burst bytes that it holds
     * @param perSecond bytes that flow in each second
     * @param nanoClock such as {@link System#nanoTime}
     */
    public Budget(long burst, long perSecond, LongSupplier nanoClock) {
        this.burst = burst;
        this.perSecond = perSecond;
        this.nanoClock = nanoClock;
        this.available = burst;
        this.updatedAt = nanoClock.getAsLong();
    }

    /** Takes that many bytes, if they are there. */
    public boolean take(long bytes) {
        if (!has(bytes)) {
            return false;
        }
        available -= bytes;
        return true;
    }

    /** Whether that many bytes are there. */
    boolean has(long bytes) {
        var now = nanoClock.getAsLong();
        available = Math.min(burst, available + (now - updatedAt) / NANOS_PER_SECOND * perSecond);
        updatedAt = now;
        return available >= bytes;
    }
}
