package dev.agenttask.controller.config;

import java.time.Duration;

/**
 * How the replicas of the controller agree on the one that works: with a Lease of Kubernetes.
 *
 * @param namespace of the Lease
 * @param name of the Lease
 * @param identity of this replica: the name of its pod
 * @param duration for which nobody else takes a Lease that was renewed
 * @param renewDeadline after which a leader that could not renew it stops; shorter than the duration
 * @param retry how often it is renewed, or looked at
 */
public record LeaseTerms(
        String namespace, String name, String identity, Duration duration, Duration renewDeadline, Duration retry) {}
