package dev.agenttask.cli.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * An AgentTask or AgentTaskBatch as somebody wrote it, with every field that is in it.
 *
 * @param source where it stands, for messages: {@code tasks.yaml, document 2}
 * @param base what its name begins with if it has none
 * @param kind what it is
 * @param tree the resource
 * @param places where the items of a batch stand, by their names; of those that are not here the source says it
 */
public record Manifest(String source, String base, Kind kind, ObjectNode tree, Map<String, String> places) {

    /** One that stands in one place. */
    public Manifest(String source, String base, Kind kind, ObjectNode tree) {
        this(source, base, kind, tree, Map.of());
    }

    /** Its name; empty if it has none. */
    public String name() {
        return metadata("name");
    }

    /** Its namespace; empty if it names none. */
    public String namespace() {
        return metadata("namespace");
    }

    /** What its name is to begin with, as {@code metadata.generateName} says; empty if it does not. */
    public String generateName() {
        return metadata("generateName");
    }

    /** What is asked for. */
    public ObjectNode spec() {
        return (ObjectNode) tree.get("spec");
    }

    /** What messages call it: where it stands, its kind and its name. */
    public String where() {
        return source + ": " + kind + " " + name();
    }

    /** Where an item of it stands. */
    String place(String item) {
        return places.getOrDefault(item, source + ", item " + item);
    }

    /** How many characters its longest item adds to the name of a task; of a task nothing. */
    int longestItem() {
        return spec().path("items")
                .valueStream()
                .map(item -> item.path("name").asText().length() + 1)
                .filter(length -> kind == Kind.BATCH)
                .max(Integer::compare)
                .orElse(0);
    }

    /** The same resource under a name. */
    public Manifest named(String name) {
        var copy = tree.deepCopy();
        var metadata = copy.withObjectProperty("metadata");
        metadata.put("name", name);
        metadata.remove("generateName");
        return with(copy);
    }

    /** The same resource in a namespace. */
    public Manifest in(String namespace) {
        var copy = tree.deepCopy();
        copy.withObjectProperty("metadata").put("namespace", namespace);
        return with(copy);
    }

    private Manifest with(ObjectNode changed) {
        return new Manifest(source, base, kind, changed, places);
    }

    private String metadata(String field) {
        return metadata().path(field).asText("");
    }

    JsonNode metadata() {
        return tree.path("metadata");
    }
}
