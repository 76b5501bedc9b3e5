package dev.agenttask.cli.log;

import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Optional;

/** Events as the lines of the log that is kept in git: {@code TIME STEP | what was printed}, {@code TIME STEP * what happened}. */
final class EventLine {

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
    private static final double MILLIS_PER_SECOND = 1000;

    private EventLine() {}

    /** The lines of an event; none for what does not belong in a log. */
    static List<String> of(ProgressEvent event) {
        var time = TIME.format(event.time()) + " ";
        return switch (event.data()) {
            case EventData.Log(var step, var text, var _) ->
                text.lines().map(line -> time + step + " | " + line).toList();
            default ->
                text(event.data())
                        .map(text -> List.of(time + text.replaceAll("\\R", " ")))
                        .orElse(List.of());
        };
    }

    private static Optional<String> text(EventData data) {
        return switch (data) {
            case EventData.StepStarted(var step, var name) -> Optional.of(step + " * " + quoted(name) + "began");
            case EventData.StepFinished e -> Optional.of(e.step() + " * " + quoted(e.name()) + end(e));
            case EventData.Verified(var result) -> Optional.of("verify * the checks say " + result.verdict());
            case EventData.Finished e ->
                Optional.of("result * " + e.outcome()
                        + (e.reason().isEmpty() ? "" : " " + e.reason() + ": " + e.message()));
            case EventData.Checkpoint(var ref, var commit, var files) ->
                Optional.of("checkpoint * " + files + " files in " + commit + " at " + ref);
            case EventData.Gap(var events) ->
                Optional.of("gap * " + events + " events are missing: Kafka was away for long");
            case EventData.Log _,
                    EventData.AgentMessage _,
                    EventData.AgentTool _,
                    EventData.UsageReported _,
                    EventData.PhaseChanged _,
                    EventData.State _ -> Optional.empty();
        };
    }

    private static String quoted(String name) {
        return name.isEmpty() ? "" : "'" + name + "' ";
    }

    private static String end(EventData.StepFinished e) {
        return (e.ok() ? "succeeded" : "failed") + " after " + e.durationMillis() / MILLIS_PER_SECOND + " s"
                + (e.exitCode() == null ? "" : ", exit code " + e.exitCode())
                + (e.message().isEmpty() ? "" : ": " + e.message());
    }
}
