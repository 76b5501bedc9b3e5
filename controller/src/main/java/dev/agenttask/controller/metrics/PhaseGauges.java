package dev.agenttask.controller.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** How many resources of a kind there are, by namespace and phase. All gauges of a scrape read the same count. */
final class PhaseGauges {

    private static final long FRESH_MILLIS = 500;

    private final MeterRegistry registry;
    private final String name;
    private final String description;
    private final List<? extends Enum<?>> phases;
    private final BoundedLabel namespaces;
    private final Supplier<Stream<Placed>> resources;
    private final Set<String> shown = new HashSet<>();
    private final Map<Placed, Long> counts = new HashMap<>();
    private long countedAt = Long.MIN_VALUE;

    PhaseGauges(
            MeterRegistry registry,
            String name,
            String description,
            List<? extends Enum<?>> phases,
            BoundedLabel namespaces,
            Supplier<Stream<Placed>> resources) {
        this.registry = registry;
        this.name = name;
        this.description = description;
        this.phases = phases;
        this.namespaces = namespaces;
        this.resources = resources;
    }

    /** Shows a namespace from now on, with a zero where there is nothing. */
    synchronized void show(String namespace) {
        var label = namespaces.of(namespace);
        if (shown.add(label)) {
            phases.forEach(phase -> Gauge.builder(name, () -> count(new Placed(label, phase)))
                    .description(description)
                    .tag("namespace", label)
                    .tag("phase", TaskMetrics.word(phase))
                    .register(registry));
        }
    }

    private synchronized long count(Placed place) {
        var now = registry.config().clock().wallTime();
        if (now - FRESH_MILLIS >= countedAt) {
            counts.clear();
            resources
                    .get()
                    .forEach(p -> counts.merge(new Placed(namespaces.of(p.namespace()), p.phase()), 1L, Long::sum));
            countedAt = now;
        }
        return counts.getOrDefault(place, 0L);
    }
}
