package dev.agenttask.e2e;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.parallel.Execution;

/**
 * Attempts that end badly, or are tried again. As they mostly wait, all of it runs at the same time. What disturbs the
 * whole cluster, or takes all of its CPU, is in classes of its own, which run alone.
 */
class BadEndsClusterIT {

    @Nested
    @Execution(CONCURRENT)
    class OfAgents extends AgentEnds {}

    @Nested
    @Execution(CONCURRENT)
    class OfClones extends CloneEnds {}

    @Nested
    @Execution(CONCURRENT)
    class OfPods extends PodEnds {}

    @Nested
    @Execution(CONCURRENT)
    class OfPushes extends PushEnds {}

    @Nested
    @Execution(CONCURRENT)
    class AndRetries extends Retries {}
}
