package dev.agenttask.api.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.agenttask.api.AgentTaskJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

class EventSchemasTest {

    private static final Path COMMITTED = Path.of("../docs/events");
    private static final Set<String> TYPES = ProgressEvent.TYPES.keySet();

    @TempDir
    static Path generated;

    @BeforeAll
    static void generate() throws IOException {
        EventSchemas.generate(Boolean.getBoolean("schemas.write") ? COMMITTED : generated);
    }

    @Test
    void the_schemas_in_the_repository_are_what_the_records_generate() throws IOException {
        if (Boolean.getBoolean("schemas.write")) {
            return;
        }
        assertThat(names(COMMITTED)).isEqualTo(names(generated));
        for (var name : names(generated)) {
            assertThat(COMMITTED.resolve(name))
                    .as("run 'make schemas' and commit the result")
                    .hasSameTextualContentAs(generated.resolve(name));
        }
    }

    @Test
    void every_record_is_a_type_that_is_read_and_has_examples() {
        var records = EventData.class.getPermittedSubclasses();

        assertThat(ProgressEvent.TYPES.values()).extracting(Class.class::cast).containsExactlyInAnyOrder(records);
        assertThat(EventExamples.all().map(Object::getClass).collect(Collectors.toSet()))
                .extracting(Class.class::cast)
                .containsExactlyInAnyOrder(records);
    }

    @ParameterizedTest
    @FieldSource("TYPES")
    void every_type_and_each_of_its_fields_is_described(String type) throws IOException {
        var schema = read(COMMITTED.resolve(EventSchemas.file(type)));
        var undescribed = new ArrayList<String>();
        collectUndescribed("data", schema.at("/properties/data"), undescribed);

        assertThat(schema.path("description").asText()).isNotEmpty();
        assertThat(undescribed).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("TYPES")
    void every_type_has_a_row_in_the_documentation_that_names_its_fields(String type) throws IOException {
        var fields = read(COMMITTED.resolve(EventSchemas.file(type))).at("/properties/data/properties");
        var row = Files.readString(Path.of("../docs/events.md"))
                .lines()
                .filter(line -> line.startsWith("| [`" + type + "`](events/" + EventSchemas.file(type) + ") |"))
                .toList();

        assertThat(row).as("rows of %s in docs/events.md", type).hasSize(1);
        assertThat(row.getFirst())
                .contains(fields.properties().stream()
                        .map(field -> "`" + field.getKey() + "`")
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void what_is_written_is_as_its_schema_says(JsonNode event) {
        assertThat(SchemaFolder.CURRENT.complaints(event)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void fields_and_values_that_a_newer_version_adds_are_no_mistake(ObjectNode event) {
        event.put("traceparent", "00-1");
        addFields(event.path("data"));

        assertThat(SchemaFolder.CURRENT.complaints(event)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void what_must_be_there_is_missed(ObjectNode event) {
        assertThat(SchemaFolder.CURRENT.complaints(event.deepCopy().without("taskuid")))
                .hasSize(1);
        assertThat(SchemaFolder.CURRENT.complaints(event.deepCopy().putObject("data")))
                .isNotEmpty();
    }

    static Stream<JsonNode> examples() {
        return EventExamples.all().map(EventExamples::event).map(AgentTaskJson.MAPPER::valueToTree);
    }

    private static void addFields(JsonNode json) {
        json.forEach(EventSchemasTest::addFields);
        if (json instanceof ObjectNode object) {
            object.put("fieldOfTomorrow", 1);
            List.of("phase", "outcome", "class", "verdict").stream()
                    .filter(object::has)
                    .forEach(field -> object.put(field, "ValueOfTomorrow"));
        }
    }

    private static void collectUndescribed(String path, JsonNode schema, List<String> undescribed) {
        var properties = schema.has("items") ? schema.at("/items/properties") : schema.path("properties");
        properties.properties().forEach(entry -> {
            var field = path + "." + entry.getKey();
            if (!entry.getValue().has("description")) {
                undescribed.add(field);
            }
            collectUndescribed(field, entry.getValue(), undescribed);
        });
    }

    private static JsonNode read(Path schema) throws IOException {
        return AgentTaskJson.MAPPER.readTree(schema.toFile());
    }

    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
