package dev.agenttask.api.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.agenttask.api.AgentTaskSpec;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.Map;

/**
 * Which fields of an AgentTask's spec are numbers or booleans, as its records have it.
 *
 * @param kind of this field
 * @param properties the fields below it, by name
 * @param elements of one element, or of one value, of a list or map: there under the empty name; nothing for others
 */
record FieldTypes(Kind kind, Map<String, FieldTypes> properties, Map<String, FieldTypes> elements) {

    static final FieldTypes UNKNOWN = new FieldTypes(Kind.OTHER, Map.of(), Map.of());

    /** What a text becomes there. */
    enum Kind {
        INTEGER,
        BOOLEAN,
        OTHER
    }

    private static final class TaskSpec {
        static final FieldTypes TYPES = of(AgentTaskSpec.class);
    }

    static FieldTypes ofTaskSpec() {
        return TaskSpec.TYPES;
    }

    FieldTypes property(String name) {
        return properties.getOrDefault(name, element());
    }

    FieldTypes element() {
        return elements.getOrDefault("", UNKNOWN);
    }

    /** The text as what the field is, if it reads so; else it stays text, and whoever checks it says what is wrong. */
    JsonNode typed(String text) {
        return switch (kind) {
            case INTEGER ->
                text.matches("-?[0-9]{1,18}") ? LongNode.valueOf(Long.parseLong(text)) : TextNode.valueOf(text);
            case BOOLEAN ->
                text.matches("true|false") ? BooleanNode.valueOf(Boolean.parseBoolean(text)) : TextNode.valueOf(text);
            case OTHER -> TextNode.valueOf(text);
        };
    }

    private static FieldTypes of(Type type) {
        return switch (type) {
            case Class<?> record
            when record.isRecord() -> {
                var properties = new HashMap<String, FieldTypes>();
                for (var component : record.getRecordComponents()) {
                    properties.put(component.getName(), of(component.getGenericType()));
                }
                yield new FieldTypes(Kind.OTHER, Map.copyOf(properties), Map.of());
            }
            case ParameterizedType container -> {
                var arguments = container.getActualTypeArguments();
                yield new FieldTypes(Kind.OTHER, Map.of(), Map.of("", of(arguments[arguments.length - 1])));
            }
            default -> new FieldTypes(kind(type), Map.of(), Map.of());
        };
    }

    private static Kind kind(Type type) {
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return Kind.INTEGER;
        }
        return type == boolean.class || type == Boolean.class ? Kind.BOOLEAN : Kind.OTHER;
    }
}
