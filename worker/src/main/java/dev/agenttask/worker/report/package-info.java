/**
 * What leaves the pod as text: progress events on Kafka, without secrets and without what would harm a terminal. It
 * never blocks the work, whatever Kafka does.
 */
@NullMarked
package dev.agenttask.worker.report;

import org.jspecify.annotations.NullMarked;
