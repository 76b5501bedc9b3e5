package dev.agenttask.cli.manifest;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.agenttask.api.batch.BatchPlan;
import dev.agenttask.api.batch.Parameters;
import dev.agenttask.cli.exit.UsageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The names of the items of a batch. An item's parameter {@code item} is its name. Else it follows from the template's
 * metadata.name: what is there from its first parameter on; or from the item's file; or it is the item's number.
 */
final class ItemNames {

    private static final String VALID = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    /** What leaves room for the name of a batch in that of a task. */
    private static final int LONGEST = 40;

    private static final String OPENING = "{{";

    private final Manifest template;
    private final String given;
    private final Set<String> parameters;
    private final List<String> problems = new ArrayList<>();

    ItemNames(Manifest template) {
        this.template = template;
        this.given = template.name().isEmpty() ? template.generateName() : template.name();
        this.parameters = Parameters.of(given);
    }

    /** The parameters that the template's name has. */
    Set<String> parameters() {
        return parameters;
    }

    /** What the name of the batch begins with: the template's name before its first parameter, or its file. */
    String base() {
        var fixed = parameters.isEmpty() ? given : given.substring(0, given.indexOf(OPENING));
        return cleaned(fixed).isEmpty() ? template.base() : fixed;
    }

    /**
     * The items by their names, in order.
     *
     * @throws UsageException if two have the same, or one has none that can be
     */
    Map<String, Item> of(List<Item> items) {
        var width = Integer.toString(items.size()).length();
        var named = new LinkedHashMap<String, Item>();
        for (var item : items) {
            var number = ("%0" + width + "d").formatted(named.size() + 1);
            var name = name(item, number);
            var other = named.putIfAbsent(name, item);
            if (other != null) {
                problems.add(item.source() + " and " + other.source() + " are both called " + name
                        + ": give each a parameter item that no other has.");
            }
        }
        if (!problems.isEmpty()) {
            throw new UsageException(Problems.shown(problems));
        }
        return named;
    }

    private String name(Item item, String number) {
        var own = item.parameters().getOrDefault(BatchPlan.ITEM, MissingNode.getInstance());
        if (!own.isMissingNode()) {
            if (!own.asText().matches(VALID)) {
                problems.add(item.source() + ": the parameter item is the item's name, and '" + own.asText()
                        + "' is none: lower-case letters, digits and dashes.");
            }
            return own.asText();
        }
        if (parameters.isEmpty()) {
            return orElse(cleaned(item.base()), number);
        }
        var missing = new TreeSet<>(parameters);
        missing.removeAll(item.parameters().keySet());
        if (!missing.isEmpty()) {
            problems.add(item.source() + ": the parameter " + String.join(", ", missing)
                    + " is missing, which metadata.name of " + template.source() + " uses.");
            return number;
        }
        var rest = given.substring(given.indexOf(OPENING));
        return orElse(cleaned(Parameters.insert(rest, Template.texts(item.parameters()))), number);
    }

    private static String orElse(String name, String number) {
        return name.isEmpty() ? number : name;
    }

    private static String cleaned(String text) {
        var clean = TaskNames.cleaned(text);
        return TaskNames.trimmed(clean.substring(0, Math.min(LONGEST, clean.length())));
    }
}
