package dev.agenttask.controller.metrics;

import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** What the leader has to do with Kafka: progress that it reads, and events and states that it sends. */
public final class KafkaMetrics {

    private final MeterRegistry registry;
    private final Counter gaps;
    private final Counter lost;

    public KafkaMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.gaps = Counter.builder("agenttask.progress.gaps")
                .description("Events of workers that say that others were dropped")
                .register(registry);
        this.lost = Counter.builder("agenttask.progress.events.lost")
                .description("How many events workers say they dropped")
                .register(registry);
    }

    /** Counts an event that was read. Their types are those of {@link EventData}. */
    public void heard(ProgressEvent event) {
        Counter.builder("agenttask.progress.events")
                .description("Progress events that were read, by type")
                .tag("type", event.type())
                .register(registry)
                .increment();
        if (event.data() instanceof EventData.Gap gap) {
            gaps.increment();
            lost.increment(gap.events());
        }
    }

    /**
     * Shows how reading goes.
     *
     * @param lag how many events wait at the broker
     * @param connected whether it answers
     */
    public void observeReader(LongSupplier lag, BooleanSupplier connected) {
        Gauge.builder("agenttask.progress.lag", lag::getAsLong)
                .description("Progress events at the broker that were not read yet")
                .register(registry);
        connected("reader", connected);
    }

    /**
     * Shows how sending goes.
     *
     * @param publisher that is asked; it is somebody else's to keep, and shown for as long as it is kept
     * @param waiting how many records wait to be sent
     * @param dropped how many were given up
     * @param connected whether the broker takes them
     */
    public <P> void observePublisher(
            P publisher, ToDoubleFunction<P> waiting, ToDoubleFunction<P> dropped, Predicate<P> connected) {
        Gauge.builder("agenttask.publisher.waiting", () -> waiting.applyAsDouble(publisher))
                .description("Events and states that wait to be sent to Kafka")
                .register(registry);
        FunctionCounter.builder("agenttask.publisher.dropped", publisher, dropped)
                .description("Events that were given up because too many waited, or because Kafka never takes them")
                .register(registry);
        connected("publisher", () -> connected.test(publisher));
    }

    private void connected(String client, BooleanSupplier connected) {
        Gauge.builder("agenttask.kafka.connected", () -> connected.getAsBoolean() ? 1 : 0)
                .description("Whether the broker answered the last time it was asked")
                .tag("client", client)
                .register(registry);
    }
}
