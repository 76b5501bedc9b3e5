/**
 * The progress events on Kafka: CloudEvents 1.0 in structured JSON, one record per type of event. Consumers drop what
 * they have seen by task UID, attempt, source and sequence.
 */
@NullMarked
package dev.agenttask.api.event;

import org.jspecify.annotations.NullMarked;
