/**
 * The installed operator, seen from outside: what a user applies, and what the cluster, git and Kafka say afterwards.
 * Nothing here knows how controller and worker do it.
 */
@NullMarked
package dev.agenttask.e2e;

import org.jspecify.annotations.NullMarked;
