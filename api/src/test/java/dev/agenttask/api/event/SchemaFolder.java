package dev.agenttask.api.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Schemas of events in a folder, as a consumer has them: its validator finds them by their ids in there. */
record SchemaFolder(Path path, JsonSchemaFactory schemas) {

    /** The schemas of today. */
    static final SchemaFolder CURRENT = of(Path.of("../docs/events"));

    private static final SchemaValidatorsConfig CONFIG =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

    static SchemaFolder of(Path path) {
        var prefix = path.toUri().toString();
        return new SchemaFolder(
                path,
                JsonSchemaFactory.getInstance(
                        SpecVersion.VersionFlag.V202012,
                        builder -> builder.schemaMappers(ids -> ids.mapPrefix(EventSchemas.BASE, prefix))));
    }

    /** What is wrong with an event by the schema of its type; by that of all events where there is none of the type. */
    Set<ValidationMessage> complaints(JsonNode event) {
        var type = event.path("type").asText();
        var file = EventSchemas.file(knows(type) ? type : EventSchemas.ENVELOPE);
        return schemas.getSchema(SchemaLocation.of(EventSchemas.BASE + file), CONFIG)
                .validate(event);
    }

    boolean knows(String type) {
        return Files.exists(path.resolve(EventSchemas.file(type)));
    }
}
