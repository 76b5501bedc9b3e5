package dev.agenttask.worker.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Optional;

/** A line of JSON from an agent. The reader of lines bounds its length, and so what it takes in memory. */
final class JsonLine {

    private static final int MAX_DEPTH = 64;
    private static final int MAX_DIGITS = 64;
    /** More than any usage counts; a few of them can be added. */
    private static final long MAX_TOKENS = 1L << 60;

    /** Names of fields are the agent's: they are not kept in a table for the next line. */
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_DIGITS)
                            .build())
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private JsonLine() {}

    /** The object on a line; empty where it has anything else. */
    static Optional<JsonNode> parse(byte[] bytes, int offset, int length) {
        if (length == 0 || bytes[offset] != '{') {
            return Optional.empty();
        }
        try {
            return Optional.of(MAPPER.readTree(bytes, offset, length));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A number of tokens; 0 for what is none. */
    static long tokens(JsonNode node) {
        if (!node.isIntegralNumber() || node.bigIntegerValue().signum() < 0) {
            return 0;
        }
        return node.canConvertToLong() ? Math.min(MAX_TOKENS, node.longValue()) : MAX_TOKENS;
    }
}
