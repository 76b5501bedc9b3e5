package dev.agenttask.e2e.soak;

import dev.agenttask.e2e.TestNamespace;
import dev.agenttask.e2e.soak.RoundRecord.AgentRun;
import dev.agenttask.e2e.soak.RoundRecord.TaskRecord;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints what happens, and for each violation all that is needed to understand it. */
final class Report {

    private final PrintStream out;
    private long startedAt = System.nanoTime();

    Report(PrintStream out) {
        this.out = out;
    }

    void roundBegins() {
        startedAt = System.nanoTime();
    }

    void say(String format, Object... values) {
        var seconds = Duration.ofNanos(System.nanoTime() - startedAt).toMillis() / 1000.0;
        out.printf("%7.1f s  %s%n", seconds, format.formatted(values));
    }

    void line(String text) {
        out.println(text);
    }

    /** Each violation, and once per task what is known of it. */
    void violations(
            List<Violation> violations,
            RoundRecord round,
            Sight sight,
            Controllers controllers,
            TestNamespace namespace) {
        Map<String, List<Violation>> byTask = violations.stream().collect(Collectors.groupingBy(Violation::task));
        byTask.forEach((task, found) -> {
            found.forEach(violation -> out.println("VIOLATION " + violation));
            round.tasks().stream()
                    .filter(t -> t.name().equals(task))
                    .forEach(t -> evidence(t, round, sight, controllers, namespace));
        });
    }

    private void evidence(
            TaskRecord task, RoundRecord round, Sight sight, Controllers controllers, TestNamespace namespace) {
        section("status of " + task.name() + ", uid " + task.uid(), Serialization.asYaml(task.status()));
        section("events", events(namespace, task.name()));
        sight.pods(task.name()).forEach(pod -> section(title(round, pod), containers(pod)));
        section(
                "runs of its agent",
                round.podsOf(task).stream()
                        .flatMap(pod -> round.runsIn(pod.name()).stream())
                        .map(AgentRun::toString)
                        .collect(Collectors.joining("\n")));
        section("Kafka", kafka(round, task.uid()));
        section("controllers", controllers.logsOf(round.namespace(), task.name()));
    }

    private static String title(RoundRecord round, Pod pod) {
        var metadata = pod.getMetadata();
        return "pod %s, uid %s, %s %s, created %s, deleted %s, %s"
                .formatted(
                        metadata.getName(),
                        metadata.getUid(),
                        pod.getStatus().getPhase(),
                        pod.getStatus().getReason(),
                        metadata.getCreationTimestamp(),
                        metadata.getDeletionTimestamp(),
                        round.struck().contains(metadata.getName()) ? "struck" : "not struck");
    }

    private static String containers(Pod pod) {
        return Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .map(c ->
                        c.getName() + ", restarts: " + c.getRestartCount() + "\n" + Serialization.asYaml(c.getState()))
                .collect(Collectors.joining());
    }

    private static String events(TestNamespace namespace, String task) {
        return namespace.client().v1().events().inNamespace(namespace.name()).list().getItems().stream()
                .filter(event -> event.getInvolvedObject().getName().startsWith(task))
                .map(Report::words)
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private static String words(Event event) {
        return event.getLastTimestamp() + " " + event.getInvolvedObject().getKind() + " " + event.getReason() + " x"
                + event.getCount() + ": " + event.getMessage();
    }

    private static String kafka(RoundRecord round, String uid) {
        return round.topics().entries().stream()
                .filter(entry -> entry.uid().equals(uid))
                .flatMap(entry -> entry.event().stream())
                .filter(event -> !event.type().equals("log"))
                .map(event -> event.time() + " " + event.source() + " " + event.attempt() + "/" + event.sequence() + " "
                        + event.data())
                .collect(Collectors.joining("\n"));
    }

    private void section(String title, String text) {
        out.println("  -- " + title);
        text.lines().forEach(line -> out.println("     " + line));
    }
}
