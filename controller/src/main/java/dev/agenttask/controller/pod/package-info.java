/**
 * What one attempt looks like in Kubernetes: its pod, its Secret and its network policy, as pure functions of the task
 * and the operator's settings. {@code worker/README.md} is the contract that they keep.
 */
@NullMarked
package dev.agenttask.controller.pod;

import org.jspecify.annotations.NullMarked;
