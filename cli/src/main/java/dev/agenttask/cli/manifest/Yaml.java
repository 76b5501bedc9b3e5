package dev.agenttask.cli.manifest;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.agenttask.cli.exit.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** YAML, of which JSON is a part. A key that stands twice in one place is an error. */
public final class Yaml {

    private static final YAMLMapper MAPPER = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                    .build())
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Yaml() {}

    /**
     * The documents of a file, without the empty ones.
     *
     * @param source what messages call the file
     * @throws UsageException if it is not YAML; the message has line and column
     */
    public static List<JsonNode> documents(String source, String text) {
        var documents = new ArrayList<JsonNode>();
        try (var values = MAPPER.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
            while (values.hasNextValue()) {
                var document = values.nextValue();
                if (!empty(document)) {
                    documents.add(document);
                }
            }
            return documents;
        } catch (JsonProcessingException e) {
            throw new UsageException(
                    source + at(e.getLocation()) + ": " + firstLine(e.getOriginalMessage()) + hint(text), e);
        } catch (IOException e) {
            throw new UsageException(source + ": " + e.getMessage(), e);
        }
    }

    /** A resource as YAML. */
    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean empty(@Nullable JsonNode document) {
        return document == null
                || document.isNull()
                || document.isMissingNode()
                || document.isTextual() && document.textValue().isEmpty();
    }

    private static String at(JsonLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : ", line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static String firstLine(String message) {
        return message == null ? "not YAML" : message.lines().findFirst().orElse("not YAML");
    }

    private static String hint(String text) {
        return text.matches("(?s).*[:\\-]\\s+\\{\\{.*")
                ? ". A value that begins with a parameter is to be quoted: \"{{name}}\"."
                : "";
    }
}
