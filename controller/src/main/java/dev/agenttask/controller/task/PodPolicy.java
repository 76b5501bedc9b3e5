package dev.agenttask.controller.task;

import java.util.Set;

/**
 * What the authors of tasks may choose about their pods.
 *
 * @param fields of {@code spec.pod}: nodeSelector, tolerations, priorityClassName, runtimeClassName, imagePullSecrets
 * @param labelPrefixes of {@code spec.pod.labels}, such as {@code example.com}: a label that another Service or
 *     NetworkPolicy selects would make the pod part of it, so that none is permitted unless the operator says so
 * @param annotationPrefixes of {@code spec.pod.annotations}: annotations can attach networks or inject sidecars
 */
public record PodPolicy(Set<String> fields, Set<String> labelPrefixes, Set<String> annotationPrefixes) {

    /** Fields that {@link #fields} may name. */
    public static final Set<String> FIELDS =
            Set.of("nodeSelector", "tolerations", "priorityClassName", "runtimeClassName", "imagePullSecrets");

    /** What harms nobody else: where the pod may run, and with which of the namespace's Secrets its image is pulled. */
    public static final PodPolicy DEFAULT =
            new PodPolicy(Set.of("nodeSelector", "imagePullSecrets"), Set.of(), Set.of());

    public PodPolicy {
        fields = Set.copyOf(fields);
        labelPrefixes = Set.copyOf(labelPrefixes);
        annotationPrefixes = Set.copyOf(annotationPrefixes);
    }
}
