package dev.agenttask.cli.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * Which task or batch.
 *
 * @param namespace that it is in
 * @param name that it has there
 */
public record TaskKey(String namespace, String name) implements Comparable<TaskKey> {

    /** The key of a task or batch. */
    public static TaskKey of(HasMetadata resource) {
        return new TaskKey(
                resource.getMetadata().getNamespace(), resource.getMetadata().getName());
    }

    @Override
    public int compareTo(TaskKey other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
