package dev.agenttask.controller.metrics;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.Stream;

/** Histograms of durations, with buckets that fit what is measured. */
final class Durations {

    private static final Duration[] OF_REQUESTS = Stream.of(5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);
    private static final Duration[] OF_WORK = Stream.of(1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400)
            .map(Duration::ofSeconds)
            .toArray(Duration[]::new);

    private Durations() {}

    /** Of what takes milliseconds: from 5 ms to 10 s. */
    static Timer.Builder ofRequests(String name) {
        return Timer.builder(name).serviceLevelObjectives(OF_REQUESTS);
    }

    /** Of what takes minutes: from 1 s to 4 h. */
    static Timer.Builder ofWork(String name) {
        return Timer.builder(name).serviceLevelObjectives(OF_WORK);
    }
}
