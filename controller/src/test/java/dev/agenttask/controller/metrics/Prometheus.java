package dev.agenttask.controller.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.CollectorRegistry;
import java.util.List;

/**
 * A registry of registries, as the one that Quarkus brings, and what Prometheus would read from it. Micrometer calls its
 * client the old one.
 */
@SuppressWarnings("deprecation")
public final class Prometheus {

    private final CompositeMeterRegistry all;
    private final PrometheusMeterRegistry registry;

    public Prometheus(Clock clock) {
        registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new CollectorRegistry(), clock);
        all = new CompositeMeterRegistry(clock, List.of(registry));
    }

    public MeterRegistry registry() {
        return all;
    }

    public String scrape() {
        return registry.scrape();
    }

    /** The samples whose line begins so. */
    public List<String> samples(String beginning) {
        return scrape().lines().filter(line -> line.startsWith(beginning)).toList();
    }
}
