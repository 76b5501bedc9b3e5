package dev.agenttask.controller.kube;

import dev.agenttask.controller.config.LeaseTerms;
import dev.agenttask.controller.task.TaskRules;
import java.time.Duration;

/** Rules with times that a test can wait for. */
final class TestRules {

    static final TaskRules FAST = new TaskRules(
            Duration.ofMillis(200),
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofMillis(200),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1));

    private TestRules() {}

    /** A lease that a test can wait for the end of. */
    static LeaseTerms lease(String namespace, String identity) {
        return new LeaseTerms(
                namespace, "agenttask", identity, Duration.ofSeconds(6), Duration.ofSeconds(4), Duration.ofMillis(300));
    }
}
