package dev.agenttask.controller.metrics;

import dev.agenttask.api.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What agents say they used, by namespace and model. */
final class UsageMetrics {

    private static final int MAX_MODELS = 20;
    /** The model of a task that names none. */
    private static final String DEFAULT = "default";

    private final MeterRegistry registry;
    private final BoundedLabel namespaces;
    private final BoundedLabel models = new BoundedLabel(MAX_MODELS);

    UsageMetrics(MeterRegistry registry, BoundedLabel namespaces) {
        this.registry = registry;
        this.namespaces = namespaces;
    }

    /** Adds what an attempt used. Zeros show the series, so that what is added later counts as an increase. */
    void add(String namespace, String model, Usage usage) {
        tokens(namespace, model, "input", uncached(usage));
        tokens(namespace, model, "cached", usage.cachedTokens());
        tokens(namespace, model, "output", usage.outputTokens());
        counter("agenttask.usage.cost.usd", "US dollars that agents say they cost", namespace, model)
                .register(registry)
                .increment(usage.dollars().doubleValue());
    }

    /** Tokens that the model was sent and that did not come from its cache. */
    static long uncached(Usage usage) {
        return usage.inputTokens() - usage.cachedTokens();
    }

    private void tokens(String namespace, String model, String type, long tokens) {
        counter("agenttask.usage.tokens", "Tokens that agents say they used", namespace, model)
                .tag("type", type)
                .register(registry)
                .increment(tokens);
    }

    private Counter.Builder counter(String name, String what, String namespace, String model) {
        return Counter.builder(name)
                .description(what)
                .tag("namespace", namespaces.of(namespace))
                .tag("model", models.of(model.isEmpty() ? DEFAULT : model));
    }
}
