package dev.agenttask.cli.kube;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which cluster and namespace the user means. What is empty is as kubectl has it: {@code KUBECONFIG} or
 * {@code ~/.kube/config}, its current context, that context's namespace.
 *
 * @param kubeconfig the file
 * @param context its context
 * @param namespace in the cluster
 */
public record ClusterAddress(Optional<Path> kubeconfig, Optional<String> context, Optional<String> namespace) {}
