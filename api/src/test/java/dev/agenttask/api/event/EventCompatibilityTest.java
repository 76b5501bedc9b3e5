package dev.agenttask.api.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.agenttask.api.AgentTaskJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What docs/events.md promises, against what each release wrote and published: a folder for each, with recorded events and
 * its schemas. Nothing in there changes once it is released.
 */
class EventCompatibilityTest {

    private static final Path RELEASES = Path.of("src/test/resources/events/v1alpha1");

    @ParameterizedTest
    @MethodSource("recorded")
    void an_event_of_yesterday_is_read_and_keeps_its_values(String line) throws IOException {
        var event = json(line);

        var read = ProgressEvent.parse(line.getBytes(StandardCharsets.UTF_8));

        assertThat(lost("", event, AgentTaskJson.MAPPER.readTree(read.toJson())))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void an_event_of_yesterday_is_as_the_schema_of_today_says(String line) {
        assertThat(SchemaFolder.CURRENT.complaints(json(line))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("releases")
    void what_is_written_today_is_as_the_schemas_of_yesterday_say(Path release) {
        var yesterday = SchemaFolder.of(release.resolve("schemas"));
        assertThat(EventExamples.all())
                .map(EventExamples::event)
                .map(AgentTaskJson.MAPPER::<JsonNode>valueToTree)
                .allSatisfy(event -> assertThat(yesterday.complaints(event)).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("releases")
    void no_type_of_yesterday_is_gone(Path release) {
        assertThat(lines(release).map(EventCompatibilityTest::type)).isSubsetOf(ProgressEvent.TYPES.keySet());
        assertThat(list(release.resolve("schemas"))
                        .map(file -> file.getFileName().toString()))
                .allSatisfy(name ->
                        assertThat(SchemaFolder.CURRENT.path().resolve(name)).exists());
    }

    @Test
    void every_release_has_recorded_events_of_each_type_that_it_wrote() {
        assertThat(list(RELEASES)).isNotEmpty().allSatisfy(release -> {
            var recorded = lines(release).map(EventCompatibilityTest::type).toList();
            var published = list(release.resolve("schemas"))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(EventSchemas.file(EventSchemas.ENVELOPE)));
            assertThat(published)
                    .isSubsetOf(recorded.stream().map(EventSchemas::file).toList());
        });
    }

    @Test
    void the_example_in_the_documentation_is_a_recorded_event() {
        var documentation = text(Path.of("../docs/events.md"));
        var example = documentation.substring(documentation.indexOf("```json") + 7);

        assertThat(recorded().map(EventCompatibilityTest::json))
                .contains(json(example.substring(0, example.indexOf("```"))));
    }

    static Stream<Path> releases() {
        return list(RELEASES);
    }

    /** The tombstones on the compacted topic, which say null, are no events. */
    static Stream<String> recorded() {
        return releases().flatMap(EventCompatibilityTest::lines);
    }

    private static Stream<String> lines(Path release) {
        return list(release)
                .filter(file -> file.toString().endsWith(".jsonl"))
                .flatMap(file -> text(file).lines())
                .filter(line -> !line.equals("null"));
    }

    /** Where values of one JSON are not in another, which may have more. */
    private static List<String> lost(String path, JsonNode from, JsonNode in) {
        if (!from.isContainerNode()) {
            return from.equals(in) ? List.of() : List.of(path + ": " + from + " became " + in);
        }
        var fields = from.isObject()
                ? from.properties().stream()
                        .flatMap(field ->
                                lost(path + "/" + field.getKey(), field.getValue(), in.path(field.getKey())).stream())
                : Stream.iterate(0, i -> i < from.size(), i -> i + 1)
                        .flatMap(i -> lost(path + "/" + i, from.path(i), in.path(i)).stream());
        return fields.toList();
    }

    private static String type(String line) {
        return json(line).path("type").asText();
    }

    private static JsonNode json(String text) {
        try {
            return AgentTaskJson.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> list(Path folder) {
        try (var files = Files.list(folder)) {
            return files.sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
