package dev.agenttask.cli.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.agenttask.api.batch.Parameters;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of an item that are lists or objects. A batch's parameters are texts: where such a one stands alone in a
 * string of the template, the item overrides that part of the spec.
 */
final class WholeValues {

    private final Map<String, JsonNode> values = new HashMap<>();

    WholeValues(Map<String, JsonNode> parameters) {
        parameters.forEach((name, value) -> {
            if (value.isContainerNode()) {
                values.put(name, value);
            }
        });
    }

    Set<String> names() {
        return values.keySet();
    }

    /** What the item has otherwise than the template's spec, as a JSON merge patch, in which lists are replaced whole. */
    ObjectNode overrides(ObjectNode spec) {
        var overrides = spec.objectNode();
        spec.properties().forEach(field -> {
            if (concerns(field.getValue())) {
                overrides.set(
                        field.getKey(),
                        field.getValue() instanceof ObjectNode object ? overrides(object) : replaced(field.getValue()));
            }
        });
        return overrides;
    }

    /** The template with these values in it. Parameters that are left in it are still to be inserted. */
    JsonNode replaced(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                var result = object.objectNode();
                object.properties().forEach(field -> result.set(field.getKey(), replaced(field.getValue())));
                yield result;
            }
            case ArrayNode array -> {
                var result = array.arrayNode();
                array.forEach(element -> result.add(replaced(element)));
                yield result;
            }
            case TextNode text
            when concerns(text) ->
                escaped(values.get(Parameters.alone(text.textValue()).orElseThrow()));
            default -> node;
        };
    }

    private boolean concerns(JsonNode node) {
        return node.isTextual()
                ? Parameters.alone(node.textValue()).filter(values::containsKey).isPresent()
                : node.valueStream().anyMatch(this::concerns);
    }

    private static JsonNode escaped(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                var result = object.objectNode();
                object.properties().forEach(field -> result.set(field.getKey(), escaped(field.getValue())));
                yield result;
            }
            case ArrayNode array -> {
                var result = array.arrayNode();
                array.forEach(element -> result.add(escaped(element)));
                yield result;
            }
            case TextNode text -> TextNode.valueOf(Parameters.escaped(text.textValue()));
            default -> node;
        };
    }
}
