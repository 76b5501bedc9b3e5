package dev.agenttask.api.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parameters in the strings of a template. <code>{{name}}</code> is replaced by a value, which stays a part of that string
 * whatever is in it. <code>\{{name}}</code> stays as <code>{{name}}</code>, and so does what is no name, such as
 * <code>{{ .Values.x }}</code>. Keys of objects have no parameters.
 */
public final class Parameters {

    /** What a parameter may be called. */
    public static final String NAME = "[A-Za-z_][A-Za-z0-9_-]*";

    private static final Pattern PLACE = Pattern.compile("(\\\\?)\\{\\{\\s*(" + NAME + ")\\s*}}");

    private Parameters() {}

    /** The names of all parameters, in the order in which they stand. */
    public static Set<String> of(JsonNode template) {
        var names = new LinkedHashSet<String>();
        collect(template, names::add);
        return names;
    }

    /** The names of all parameters of a text. */
    public static Set<String> of(String text) {
        return of(TextNode.valueOf(text));
    }

    /**
     * The spec of a task with values in place of parameters. A string that is one parameter and nothing else becomes the
     * number or boolean that the field is, if the value reads so.
     *
     * @throws IllegalArgumentException if a parameter has no value
     */
    public static JsonNode insert(JsonNode spec, Map<String, String> values) {
        return insert(spec, FieldTypes.ofTaskSpec(), values);
    }

    /**
     * A text with values in place of parameters.
     *
     * @throws IllegalArgumentException if a parameter has no value
     */
    public static String insert(String text, Map<String, String> values) {
        return PLACE.matcher(text).replaceAll(place -> Matcher.quoteReplacement(inserted(place, values)));
    }

    /** The text that {@link #insert(String, Map)} makes this of: without parameters, whatever looks like one. */
    public static String escaped(String text) {
        return PLACE.matcher(text).replaceAll(place -> Matcher.quoteReplacement("\\" + place.group()));
    }

    /** The name of the parameter that a text is, if it is one and nothing else. */
    public static Optional<String> alone(String text) {
        return Optional.of(PLACE.matcher(text))
                .filter(place -> place.matches() && !isEscaped(place))
                .map(place -> place.group(2));
    }

    private static JsonNode insert(JsonNode template, FieldTypes types, Map<String, String> values) {
        return switch (template) {
            case TextNode text -> {
                var filled = insert(text.textValue(), values);
                yield alone(text.textValue()).isPresent() ? types.typed(filled) : TextNode.valueOf(filled);
            }
            case ArrayNode array -> {
                var filled = JsonNodeFactory.instance.arrayNode();
                array.forEach(element -> filled.add(insert(element, types.element(), values)));
                yield filled;
            }
            case ObjectNode object -> {
                var filled = JsonNodeFactory.instance.objectNode();
                object.properties()
                        .forEach(e -> filled.set(e.getKey(), insert(e.getValue(), types.property(e.getKey()), values)));
                yield filled;
            }
            default -> template;
        };
    }

    private static String inserted(MatchResult place, Map<String, String> values) {
        if (isEscaped(place)) {
            return place.group().substring(1);
        }
        var value = values.get(place.group(2));
        if (value == null) {
            throw new IllegalArgumentException("there is no value for the parameter " + place.group(2));
        }
        return value;
    }

    private static void collect(JsonNode template, Consumer<String> names) {
        if (template.isTextual()) {
            PLACE.matcher(template.textValue())
                    .results()
                    .filter(place -> !isEscaped(place))
                    .map(place -> place.group(2))
                    .forEach(names);
        }
        template.forEach(child -> collect(child, names));
    }

    private static boolean isEscaped(MatchResult place) {
        return !place.group(1).isEmpty();
    }
}
