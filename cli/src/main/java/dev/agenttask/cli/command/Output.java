package dev.agenttask.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.cli.kube.Submission.Submitted;
import dev.agenttask.cli.manifest.Kind;
import dev.agenttask.cli.manifest.Yaml;
import dev.agenttask.cli.report.TaskTable;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The forms in which tasks and batches are printed. */
enum Output {
    JSON,
    YAML,
    TABLE,
    NAME;

    /** Prints tasks. */
    void print(PrintWriter out, List<AgentTask> tasks, Instant now) {
        switch (this) {
            case TABLE -> new TaskTable(false).of(tasks, now).forEach(out::println);
            case NAME ->
                tasks.forEach(
                        task -> out.println(Kind.TASK.named(task.getMetadata().getName())));
            case JSON, YAML ->
                printTrees(
                        out,
                        tasks.stream()
                                .map(AgentTaskJson.MAPPER::<JsonNode>valueToTree)
                                .toList());
        }
        out.flush();
    }

    /** Prints resources, of which one stands alone and others are in a list. */
    void printTrees(PrintWriter out, List<? extends JsonNode> resources) {
        var whole = resources.size() == 1 ? resources.getFirst() : list(resources);
        out.println(this == YAML ? Yaml.write(whole).stripTrailing() : json(whole));
        out.flush();
    }

    private static JsonNode list(List<? extends JsonNode> resources) {
        var list = AgentTaskJson.MAPPER.createObjectNode();
        list.put("apiVersion", "v1").put("kind", "List").putArray("items").addAll(resources);
        return list;
    }

    /** Prints what was submitted. */
    void printSubmitted(PrintWriter out, List<Submitted> submitted, Instant now) {
        switch (this) {
            case TABLE -> printTables(out, submitted, now);
            case NAME -> submitted.forEach(one -> out.println(name(one)));
            case JSON, YAML ->
                printTrees(
                        out,
                        submitted.stream()
                                .map(one -> AgentTaskJson.MAPPER.<JsonNode>valueToTree(
                                        switch (one) {
                                            case Submitted.Task(var task, var _) -> task;
                                            case Submitted.Batch(var batch, var _) -> batch;
                                        }))
                                .toList());
        }
        out.flush();
    }

    private static void printTables(PrintWriter out, List<Submitted> submitted, Instant now) {
        var tasks = Submitted.tasks(submitted);
        var batches = Submitted.batches(submitted);
        var table = new TaskTable(false);
        if (!batches.isEmpty()) {
            table.ofBatches(batches, now).forEach(out::println);
        }
        if (!tasks.isEmpty()) {
            table.of(tasks, now).forEach(out::println);
        }
    }

    /** What became of something that was submitted, as kubectl says it. */
    static String line(Submitted one) {
        return name(one) + " " + one.outcome();
    }

    private static String name(Submitted one) {
        return switch (one) {
            case Submitted.Task(var task, var _) ->
                Kind.TASK.named(task.getMetadata().getName());
            case Submitted.Batch(var batch, var _) ->
                Kind.BATCH.named(batch.getMetadata().getName());
        };
    }

    private static String json(Object value) {
        try {
            return AgentTaskJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
