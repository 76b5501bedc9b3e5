package dev.agenttask.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustomResourceDefinitionsTest {

    private static final Path COMMITTED = Path.of("../crds");

    @TempDir
    static Path generated;

    @BeforeAll
    static void generate() throws IOException {
        CustomResourceDefinitions.generate(Boolean.getBoolean("crds.write") ? COMMITTED : generated);
    }

    @Test
    void the_crds_in_the_repository_are_what_the_records_generate() throws IOException {
        if (Boolean.getBoolean("crds.write")) {
            return;
        }
        try (var files = Files.list(generated)) {
            for (var file : files.toList()) {
                assertThat(COMMITTED.resolve(file.getFileName()))
                        .as("run 'make crds' and commit the result")
                        .hasSameTextualContentAs(file);
            }
        }
    }

    @Test
    void every_field_is_described() throws IOException {
        var missing = new ArrayList<String>();
        try (var files = Files.list(COMMITTED)) {
            for (var file : files.toList()) {
                for (var version : new YAMLMapper().readTree(file.toFile()).at("/spec/versions")) {
                    collectUndescribed("", version.at("/schema/openAPIV3Schema"), missing);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    private static void collectUndescribed(String path, JsonNode schema, List<String> missing) {
        var properties = schema.has("items") ? schema.at("/items/properties") : schema.path("properties");
        properties.properties().forEach(entry -> {
            var field = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            if (!entry.getValue().has("description")) {
                missing.add(field);
            }
            collectUndescribed(field, entry.getValue(), missing);
        });
    }
}
