package dev.agenttask.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TaskMetricsTest {

    @Test
    void the_replica_that_leads_shows_a_one_for_as_long_as_it_leads() {
        var registry = new SimpleMeterRegistry();
        var leads = new AtomicBoolean();
        new TaskMetrics(registry).observeLeader(leads::get);
        var gauge = registry.get("agenttask.leader").gauge();
        assertThat(gauge.value()).isZero();
        leads.set(true);
        assertThat(gauge.value()).isEqualTo(1);
    }
}
