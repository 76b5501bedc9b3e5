package dev.agenttask.controller.task;

import dev.agenttask.api.AgentTaskSpec;
import dev.agenttask.api.PodOptions;
import dev.agenttask.api.TaskResources;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds what is wrong with a spec that the API server accepted: what depends on the operator's configuration, and what
 * a schema cannot say. Each message names the field and tells what to do.
 */
public final class TaskValidator {

    private static final Duration LONGEST_POD = Duration.ofDays(30);
    private static final List<String> RESERVED = List.of("kubernetes.io", "k8s.io", "agenttask.dev");

    private final PodPolicy policy;

    public TaskValidator(PodPolicy policy) {
        this.policy = policy;
    }

    /** One message per mistake; none if an attempt can be made. */
    public List<String> mistakes(AgentTaskSpec spec) {
        var mistakes = new ArrayList<String>();
        if (spec.pod() != null) {
            pod(spec.pod(), mistakes);
        }
        if (spec.resources() != null) {
            resources(spec.resources(), mistakes);
        }
        times(spec, mistakes);
        return mistakes;
    }

    private void pod(PodOptions pod, List<String> mistakes) {
        field("nodeSelector", !pod.nodeSelector().isEmpty(), mistakes);
        field("tolerations", !pod.tolerations().isEmpty(), mistakes);
        field("priorityClassName", !pod.priorityClassName().isEmpty(), mistakes);
        field("runtimeClassName", !pod.runtimeClassName().isEmpty(), mistakes);
        field("imagePullSecrets", !pod.imagePullSecrets().isEmpty(), mistakes);
        keys("labels", pod.labels().keySet(), policy.labelPrefixes(), mistakes);
        keys("annotations", pod.annotations().keySet(), policy.annotationPrefixes(), mistakes);
    }

    private void field(String name, boolean used, List<String> mistakes) {
        if (used && !policy.fields().contains(name)) {
            mistakes.add("spec.pod." + name + " is not permitted here: remove it, or have it added to the operator's"
                    + " setting agenttask.pod.allowed-fields.");
        }
    }

    private static void keys(String field, Collection<String> keys, Set<String> prefixes, List<String> mistakes) {
        for (var key : keys) {
            var slash = key.indexOf('/');
            var prefix = slash < 0 ? "" : key.substring(0, slash);
            if (reserved(prefix)) {
                mistakes.add("spec.pod." + field + "[" + key + "] has a reserved prefix: remove it.");
            } else if (prefix.isEmpty() || !prefixes.contains(prefix)) {
                mistakes.add("spec.pod." + field + "[" + key + "] is not permitted here: use one of the prefixes "
                        + prefixes.stream().sorted().toList() + ", or have yours added to the operator's setting"
                        + " agenttask.pod." + (field.equals("labels") ? "label" : "annotation") + "-prefixes.");
            }
        }
    }

    private static boolean reserved(String prefix) {
        return RESERVED.stream().anyMatch(r -> prefix.equals(r) || prefix.endsWith("." + r));
    }

    private static void resources(TaskResources resources, List<String> mistakes) {
        Stream.of(Map.entry("requests", resources.requests()), Map.entry("limits", resources.limits()))
                .forEach(e -> e.getValue().forEach((name, quantity) -> {
                    if (!positive(quantity)) {
                        mistakes.add("spec.resources." + e.getKey() + "[" + name + "] must be a positive quantity,"
                                + " such as 500m or 2Gi.");
                    }
                }));
        resources.requests().forEach((name, request) -> {
            var limit = resources.limits().get(name);
            if (limit != null && positive(request) && positive(limit) && request.compareTo(limit) > 0) {
                mistakes.add("spec.resources.requests[" + name + "] must not be more than its limit.");
            }
        });
    }

    private static boolean positive(Quantity quantity) {
        try {
            return quantity.getNumericalAmount().signum() > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void times(AgentTaskSpec spec, List<String> mistakes) {
        try {
            if (AttemptTimes.pod(spec).compareTo(LONGEST_POD) > 0) {
                mistakes.add("The deadline and the timeouts of spec.setup and spec.verify.commands add up to more than "
                        + LONGEST_POD.toDays() + " days: shorten them.");
            }
        } catch (ArithmeticException | java.time.format.DateTimeParseException e) {
            mistakes.add("A timeout of spec.setup or spec.verify.commands is too long: write it such as 10m or 2h.");
        }
    }
}
