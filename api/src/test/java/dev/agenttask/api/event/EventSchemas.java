package dev.agenttask.api.event;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.MemberScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import dev.agenttask.api.AgentTaskJson;
import io.fabric8.generator.annotation.Required;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Generates the JSON Schemas of the events from the records: one of what all events share, and one of each type that builds
 * on it. They refuse nothing that a later version may add: fields that are not known, and values of an enum.
 */
final class EventSchemas {

    /** Before the name of each file: the id of its schema. */
    static final String BASE = "https://agenttask.dev/events/v1alpha1/";

    static final String ENVELOPE = "envelope";

    private static final Comparator<MemberScope<?, ?>> AS_DECLARED = (a, b) -> 0;
    private static final SchemaGenerator GENERATOR = generator();

    private EventSchemas() {}

    /** Name of the file of a type's schema. */
    static String file(String type) {
        return type + ".schema.json";
    }

    /** Writes one file per schema into a folder. */
    static void generate(Path folder) throws IOException {
        Files.createDirectories(folder);
        write(folder, ENVELOPE, root(ENVELOPE, ProgressEvent.class).setAll(schema(ProgressEvent.class)));
        for (var type : ProgressEvent.TYPES.entrySet()) {
            var root = root(type.getKey(), type.getValue()).put("$ref", file(ENVELOPE));
            var properties = root.putObject("properties");
            properties.putObject("type").put("const", type.getKey());
            properties.set("data", schema(type.getValue()));
            write(folder, type.getKey(), root);
        }
    }

    private static ObjectNode root(String name, Class<?> record) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("$schema", SchemaVersion.DRAFT_2020_12.getIdentifier())
                .put("$id", BASE + file(name))
                .put("title", name)
                .put(
                        "description",
                        record.getAnnotation(JsonClassDescription.class).value());
    }

    private static ObjectNode schema(Class<?> record) {
        return GENERATOR.generateSchema(record).without(List.of("$schema", "description"));
    }

    private static SchemaGenerator generator() {
        var config = new SchemaGeneratorConfigBuilder(
                        AgentTaskJson.MAPPER, SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(Option.INLINE_ALL_SCHEMAS)
                .with(new JacksonModule());
        config.forFields().withRequiredCheck(field -> field.getAnnotation(Required.class) != null);
        config.forTypesInGeneral().withPropertySorter(AS_DECLARED);
        config.forTypesInGeneral()
                .withCustomDefinitionProvider((type, context) ->
                        type.getErasedType().isEnum() ? new CustomDefinition(open(type.getErasedType()), true) : null);
        return new SchemaGenerator(config.build());
    }

    /** The values that are known, and any other text. */
    private static ObjectNode open(Class<?> values) {
        var schema = JsonNodeFactory.instance.objectNode();
        var anyOf = schema.putArray("anyOf");
        var known = anyOf.addObject().putArray("enum");
        Arrays.stream(values.getEnumConstants())
                .map(AgentTaskJson.MAPPER::<JsonNode>valueToTree)
                .forEach(known::add);
        anyOf.addObject().put("type", "string");
        return schema;
    }

    private static void write(Path folder, String name, Object schema) throws IOException {
        var printer = new DefaultPrettyPrinter(
                        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                .withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
        Files.writeString(
                folder.resolve(file(name)), AgentTaskJson.MAPPER.writer(printer).writeValueAsString(schema) + "\n");
    }
}
