package dev.agenttask.cli.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names of tasks and batches. A task has at most {@value #LONGEST} characters; a batch so many fewer that those of its tasks
 * fit, which are its own and the item's.
 */
public final class TaskNames {

    /** As long as a name may be: it is the value of a label of what belongs to the task. */
    public static final int LONGEST = 63;

    private static final int HASH_CHARACTERS = 10;
    private static final int RANDOM_BYTES = 3;
    private static final JsonMapper CANONICAL = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private TaskNames() {}

    /**
     * The manifest with its own name, or else with one that follows from its spec: {@code BASE-HASH}. The order of fields
     * does not matter, nor does when a person holds, ends or deletes it.
     */
    public static Manifest named(Manifest manifest) {
        if (!manifest.name().isEmpty()) {
            return manifest;
        }
        var base = manifest.generateName().isEmpty() ? manifest.base() : manifest.generateName();
        return manifest.named(joined(base, hash(manifest.spec()), LONGEST - manifest.longestItem()));
    }

    /** The manifest with a name that nothing else has: what {@link #named} gives, and random characters. */
    public static Manifest namedAnew(Manifest manifest, SecureRandom random) {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        var room = LONGEST - manifest.longestItem();
        return manifest.named(joined(named(manifest).name(), HexFormat.of().formatHex(bytes), room));
    }

    /** {@code BASE-SUFFIX}, in which the base is made to fit a task's name. */
    public static String joined(String base, String suffix) {
        return joined(base, suffix, LONGEST);
    }

    private static String joined(String base, String suffix, int longest) {
        var clean = cleaned(base);
        var room = Math.clamp(longest - suffix.length() - 1, 1, LONGEST);
        var fitting = trimmed(clean.substring(0, Math.min(room, clean.length())));
        return (fitting.isEmpty() ? "task" : fitting) + "-" + suffix;
    }

    /** Of a spec, what cannot be changed later, without what is null. */
    public static Map<String, Object> lasting(Kind kind, JsonNode spec) {
        return without(kind.mutable(), spec);
    }

    static String cleaned(String text) {
        return trimmed(text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"));
    }

    static String trimmed(String text) {
        return text.replaceAll("^-+|-+$", "");
    }

    private static Map<String, Object> without(List<String> fields, JsonNode spec) {
        var rest = ((ObjectNode) spec).deepCopy();
        rest.remove(fields);
        return sorted(rest);
    }

    private static String hash(JsonNode spec) {
        try {
            var json = CANONICAL.writeValueAsString(without(Kind.MUTABLE, spec)).getBytes(StandardCharsets.UTF_8);
            var digest = MessageDigest.getInstance("SHA-256").digest(json);
            return HexFormat.of().formatHex(digest).substring(0, HASH_CHARACTERS);
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> sorted(JsonNode object) {
        var sorted = new TreeMap<String, Object>();
        object.properties().forEach(field -> {
            if (!field.getValue().isNull()) {
                sorted.put(field.getKey(), value(field.getValue()));
            }
        });
        return sorted;
    }

    private static Object value(JsonNode node) {
        if (node.isObject()) {
            return sorted(node);
        }
        if (node.isArray()) {
            return node.valueStream().map(TaskNames::value).toList();
        }
        return node;
    }
}
