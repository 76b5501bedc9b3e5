package dev.agenttask.e2e;

import dev.agenttask.api.Phase;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What the replica that leads tells Prometheus. */
final class Metrics {

    private static final Pattern TASKS = Pattern.compile(
            "^agenttask_tasks\\{namespace=\"([^\"]+)\",phase=\"(\\w+)\",?} ([0-9.E]+)$", Pattern.MULTILINE);

    private Metrics() {}

    /** All of it, in Prometheus' text format, by way of the API server. */
    static String of(Installation installation) {
        var pod = installation.pod("controller").getMetadata();
        return installation
                .client()
                .raw("/api/v1/namespaces/%s/pods/%s:8080/proxy/q/metrics".formatted(pod.getNamespace(), pod.getName()));
    }

    /** The gauge {@code agenttask_tasks} of a namespace: how many tasks are in each phase, without those that none is in. */
    static Map<Phase, Integer> tasksByPhase(Installation installation, String namespace) {
        var tasks = new EnumMap<Phase, Integer>(Phase.class);
        TASKS.matcher(of(installation))
                .results()
                .filter(match -> match.group(1).equals(namespace))
                .forEach(match -> tasks.put(
                        Phase.valueOf(match.group(2).toUpperCase(Locale.ROOT)),
                        Double.valueOf(match.group(3)).intValue()));
        tasks.values().removeIf(count -> count == 0);
        return tasks;
    }
}
