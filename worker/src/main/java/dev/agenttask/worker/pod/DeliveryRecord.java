package dev.agenttask.worker.pod;

import dev.agenttask.api.attempt.StepReport;
import java.time.Instant;

/**
 * What the delivery leaves in the vault for the worker's events.
 *
 * @param startedAt when the delivery began
 * @param finishedAt when it was over
 * @param report what was delivered, or why not
 */
public record DeliveryRecord(Instant startedAt, Instant finishedAt, StepReport report) {}
