package dev.agenttask.api.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The tasks that a batch is made of, in the order of its items.
 *
 * @param tasks one for each item whose parameters fit
 * @param mistakes of items whose do not
 */
public record BatchPlan(List<PlannedTask> tasks, List<BatchProblem> mistakes) {

    /** The reason of a mistake in an item. */
    public static final String INVALID_ITEM = "InvalidItem";

    /** The parameter that every item has without saying so: its name. */
    public static final String ITEM = "item";

    /** Fields of a task's spec that follow the batch's, and that a template must not have. */
    public static final List<String> OF_THE_BATCH = List.of("suspend", "cancel", "ttlSecondsAfterFinished");

    /** As long as the name of a task may be: it is the value of a label of what belongs to it. */
    private static final int MAX_NAME = 63;

    /**
     * A task that is to be.
     *
     * @param number of its item
     * @param item name of its item
     * @param name of the task
     * @param labels of the template, with the item's parameters in their values
     * @param annotations of the template, with the item's parameters in their values
     * @param spec of an AgentTask, not checked against its schema
     */
    public record PlannedTask(
            int number,
            String item,
            String name,
            Map<String, String> labels,
            Map<String, String> annotations,
            JsonNode spec) {}

    /** Inserts the parameters of every item into the template. */
    public static BatchPlan of(AgentTaskBatch batch) {
        return of(batch.getMetadata().getName(), batch.getSpec());
    }

    /** The same for a batch of that name. */
    public static BatchPlan of(String batch, AgentTaskBatchSpec wanted) {
        var tasks = new ArrayList<PlannedTask>();
        var mistakes = new ArrayList<BatchProblem>();
        var template = wanted.template();
        var items = wanted.items();
        IntStream.range(0, items.size()).forEach(number -> {
            var item = items.get(number);
            var name = batch + "-" + item.name();
            var spec = merged(template.spec(), item);
            var wrong = mistakes(template, item, name, spec);
            if (wrong.isEmpty()) {
                tasks.add(planned(template, number, item, name, spec));
            } else {
                mistakes.add(new BatchProblem(item.name(), name, INVALID_ITEM, String.join(" ", wrong)));
            }
        });
        return new BatchPlan(List.copyOf(tasks), List.copyOf(mistakes));
    }

    private static PlannedTask planned(BatchTemplate template, int number, BatchItem item, String name, JsonNode spec) {
        var values = new HashMap<>(item.parameters());
        values.put(ITEM, item.name());
        return new PlannedTask(
                number,
                item.name(),
                name,
                inserted(template.labels(), values),
                inserted(template.annotations(), values),
                Parameters.insert(spec, values));
    }

    private static Map<String, String> inserted(Map<String, String> texts, Map<String, String> values) {
        var inserted = new LinkedHashMap<String, String>();
        texts.forEach((key, text) -> inserted.put(key, Parameters.insert(text, values)));
        return inserted;
    }

    private static Set<String> used(BatchTemplate template, JsonNode spec) {
        var used = new LinkedHashSet<>(Parameters.of(spec));
        template.labels().values().forEach(text -> used.addAll(Parameters.of(text)));
        template.annotations().values().forEach(text -> used.addAll(Parameters.of(text)));
        return used;
    }

    private static List<String> mistakes(BatchTemplate template, BatchItem item, String name, JsonNode spec) {
        var mistakes = new ArrayList<String>();
        var used = used(template, spec);
        var missing = without(used, item.parameters().keySet());
        missing.remove(ITEM);
        if (!missing.isEmpty()) {
            mistakes.add("The template uses " + braces(missing) + ": give the item " + plural(missing)
                    + ", or write \\{{...}} where braces are to stay.");
        }
        var unused = without(item.parameters().keySet(), used);
        if (!unused.isEmpty()) {
            mistakes.add("The template does not use " + braces(unused) + ": use " + (unused.size() == 1 ? "it" : "them")
                    + " there, or remove the item's " + plural(unused) + ".");
        }
        if (item.parameters().containsKey(ITEM)) {
            mistakes.add("The parameter item is the item's name: call it otherwise.");
        }
        for (var field : OF_THE_BATCH) {
            if (spec.has(field)) {
                mistakes.add("spec." + field + " of a task follows the batch: set it there.");
            }
        }
        if (name.length() > MAX_NAME) {
            mistakes.add("The task would be called " + name + ", which has more than " + MAX_NAME
                    + " characters: shorten the name of the batch or of the item.");
        }
        return mistakes;
    }

    private static JsonNode merged(JsonNode template, BatchItem item) {
        return item.overrides() == null ? template : merged(template, item.overrides());
    }

    /** A JSON merge patch: objects are merged, null removes, all else replaces (RFC 7386). */
    private static JsonNode merged(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch;
        }
        var result = target instanceof ObjectNode object ? object.deepCopy() : changes.objectNode();
        changes.properties().forEach(change -> {
            if (change.getValue().isNull()) {
                result.remove(change.getKey());
            } else {
                result.set(change.getKey(), merged(result.path(change.getKey()), change.getValue()));
            }
        });
        return result;
    }

    private static Set<String> without(Set<String> names, Set<String> others) {
        var rest = new LinkedHashSet<>(new TreeSet<>(names));
        rest.removeAll(others);
        return rest;
    }

    private static String braces(Set<String> names) {
        return String.join(", ", names.stream().map(n -> "{{" + n + "}}").toList());
    }

    private static String plural(Set<String> names) {
        return names.size() == 1 ? "parameter " + names.iterator().next() : "parameters " + String.join(", ", names);
    }
}
