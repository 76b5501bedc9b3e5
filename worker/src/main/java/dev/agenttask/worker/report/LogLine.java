package dev.agenttask.worker.report;

import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** Lines of the log that people read: {@code TIME STEP | what a command printed} and {@code TIME STEP * what happened}. */
final class LogLine {

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private static final double MILLIS_PER_SECOND = 1000;

    private LogLine() {}

    /** What stands before the words of a command. */
    static String prefix(Instant time, String step) {
        return TIME.format(time) + " " + step + " | ";
    }

    /** An event on one line. */
    static String of(ProgressEvent event) {
        return of(event.time(), text(event.data()));
    }

    /** Something that happened, on one line. */
    static String of(Instant time, String text) {
        return TIME.format(time) + " " + text.replaceAll("\\R", " ");
    }

    private static String text(EventData data) {
        return switch (data) {
            case EventData.StepStarted(var step, var name) -> step + " * " + quote(name) + "began";
            case EventData.StepFinished e -> e.step() + " * " + quote(e.name()) + end(e);
            case EventData.Verified(var result) -> "verify * the checks say " + result.verdict();
            case EventData.Checkpoint(var ref, var commit, var files) ->
                "checkpoint * " + files + " files in " + commit + " at " + ref;
            case EventData.Finished e ->
                "result * " + e.outcome() + (e.reason().isEmpty() ? "" : " " + e.reason() + ": " + e.message());
            case EventData.Log(var step, var text, var _) -> step + " | " + text;
            case EventData.AgentMessage(var text) -> "agent * says: " + text;
            case EventData.AgentTool(var name, var input, var _) -> "agent * uses " + name + ": " + input;
            case EventData.UsageReported(var usage) ->
                "agent * used " + usage.inputTokens() + " tokens of input and " + usage.outputTokens() + " of output";
            case EventData.Gap(var events) -> "gap * " + events + " events";
            case EventData.PhaseChanged e -> "phase * " + e.phase() + " " + e.reason() + ": " + e.message();
            case EventData.State e -> "state * " + e.namespace() + "/" + e.name();
        };
    }

    private static String quote(String name) {
        return name.isEmpty() ? "" : "'" + name + "' ";
    }

    private static String end(EventData.StepFinished e) {
        return (e.ok() ? "succeeded" : "failed") + " after " + e.durationMillis() / MILLIS_PER_SECOND + " s"
                + (e.exitCode() == null ? "" : ", exit code " + e.exitCode())
                + (e.message().isEmpty() ? "" : ": " + e.message());
    }
}
