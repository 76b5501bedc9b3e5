package dev.agenttask.cli.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.agenttask.cli.exit.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What the custom resource definition that this program was built with says about a field. It finds most mistakes without a
 * cluster; the rules in CEL, and whatever is newer in the cluster, are the API server's.
 */
public final class Schema {

    private static final Schema NOTHING = new Schema(MissingNode.getInstance());

    private final JsonNode node;

    private Schema(JsonNode node) {
        this.node = node;
    }

    /** The schema of a kind. */
    public static Schema of(Kind kind) {
        var crd = "/" + kind.plural() + ".agenttask.dev-v1.yml";
        try (InputStream in = Objects.requireNonNull(Schema.class.getResourceAsStream(crd))) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Schema(Yaml.documents(crd, text).getFirst().at("/spec/versions/0/schema/openAPIV3Schema"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What is wrong with resources, as far as this can be told without a cluster. Of a batch the tasks are looked at that it
     * will be made of.
     *
     * @return a sentence for each mistake, which begins with its place
     * @throws UsageException if the items of a batch do not fit its template
     */
    public static List<String> mistakes(List<Manifest> manifests) {
        var ofTasks = of(Kind.TASK);
        var mistakes = new ArrayList<String>();
        for (var manifest : manifests) {
            if (manifest.kind() == Kind.TASK) {
                ofTasks.addMistakes(manifest, mistakes);
                continue;
            }
            var before = mistakes.size();
            of(Kind.BATCH).property("spec").check("spec", manifest.spec(), mistakes);
            mistakes.subList(before, mistakes.size()).replaceAll(mistake -> manifest.where() + ": " + mistake);
            if (mistakes.size() == before) {
                PlannedBatch.tasks(manifest).forEach(task -> ofTasks.addMistakes(task, mistakes));
            }
        }
        return mistakes;
    }

    private void addMistakes(Manifest task, List<String> mistakes) {
        mistakesOfSpec(task.spec()).forEach(mistake -> mistakes.add(task.where() + ": " + mistake));
    }

    /** What is said about a field of an object. */
    private Schema property(String name) {
        var own = node.path("properties").path(name);
        return of(own.isMissingNode() ? node.path("additionalProperties") : own);
    }

    /** What is said about each element of a list. */
    private Schema element() {
        return of(node.path("items"));
    }

    /** What is wrong with a task's spec: a sentence for each mistake, which begins with the field. */
    List<String> mistakesOfSpec(JsonNode spec) {
        var mistakes = new ArrayList<String>();
        property("spec").check("spec", spec, mistakes);
        if (spec.has("prompt") == spec.has("promptFrom")) {
            mistakes.add("spec: give exactly one of prompt and promptFrom");
        }
        if (spec.at("/agent/type").asText().equals("command")
                && !spec.at("/agent").has("command")) {
            mistakes.add(
                    "spec.agent.command: is required for type command: the program that does the work, and its first"
                            + " arguments");
        }
        return mistakes;
    }

    private void check(String path, JsonNode value, List<String> mistakes) {
        if (value.isNull()
                || node.isMissingNode()
                || node.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                || node.path("x-kubernetes-int-or-string").asBoolean()) {
            return;
        }
        switch (type()) {
            case "object" -> checkObject(path, value, mistakes);
            case "array" -> checkArray(path, value, mistakes);
            case "string" -> checkString(path, value, mistakes);
            case "integer" -> checkInteger(path, value, mistakes);
            case "boolean" -> require(value.isBoolean(), path, "must be true or false, and is " + value, mistakes);
            default -> {}
        }
    }

    private void checkObject(String path, JsonNode value, List<String> mistakes) {
        if (!value.isObject()) {
            mistakes.add(path + ": must have fields, and is " + shown(value));
            return;
        }
        node.path("required")
                .forEach(name ->
                        require(value.hasNonNull(name.asText()), path + "." + name.asText(), "is required", mistakes));
        value.properties().forEach(field -> {
            var schema = property(field.getKey());
            var fieldPath = path + "." + field.getKey();
            if (schema == NOTHING) {
                mistakes.add(fieldPath + ": there is no such field. Here can be: " + fieldNames());
            } else {
                schema.check(fieldPath, field.getValue(), mistakes);
            }
        });
    }

    private void checkArray(String path, JsonNode value, List<String> mistakes) {
        if (!value.isArray()) {
            mistakes.add(path + ": must be a list, and is " + shown(value));
            return;
        }
        atMost("maxItems", value.size(), path, "elements", mistakes);
        require(value.size() >= node.path("minItems").asInt(0), path, "must not be empty", mistakes);
        for (var i = 0; i < value.size(); i++) {
            element().check(path + "[" + i + "]", value.get(i), mistakes);
        }
    }

    private void checkString(String path, JsonNode value, List<String> mistakes) {
        if (!value.isTextual()) {
            mistakes.add(path + ": must be a text, and is " + shown(value) + ": quote it");
            return;
        }
        var text = value.textValue();
        atMost("maxLength", text.codePointCount(0, text.length()), path, "characters", mistakes);
        require(text.length() >= node.path("minLength").asInt(0), path, "is too short", mistakes);
        if (node.has("pattern")) {
            var pattern = node.path("pattern").asText();
            require(
                    Pattern.compile(pattern).matcher(text).find(),
                    path,
                    "is " + shown(value) + ", which does not match " + pattern,
                    mistakes);
        }
        if (node.has("enum")) {
            require(
                    node.path("enum").valueStream().anyMatch(value::equals),
                    path,
                    "is " + shown(value) + ", and must be one of " + node.path("enum"),
                    mistakes);
        }
    }

    private void checkInteger(String path, JsonNode value, List<String> mistakes) {
        var number = value.isIntegralNumber();
        require(number, path, "must be a whole number, and is " + shown(value), mistakes);
        if (number && node.has("minimum")) {
            var minimum = node.path("minimum").asLong();
            require(value.asLong() >= minimum, path, "must be at least " + minimum, mistakes);
        }
        if (number && node.has("maximum")) {
            var maximum = node.path("maximum").asLong();
            require(value.asLong() <= maximum, path, "must be at most " + maximum, mistakes);
        }
    }

    private void atMost(String bound, int size, String path, String unit, List<String> mistakes) {
        if (node.has(bound)) {
            var most = node.path(bound).asInt();
            require(size <= most, path, "has " + size + " " + unit + ", and may have " + most, mistakes);
        }
    }

    private static void require(boolean holds, String path, String otherwise, List<String> mistakes) {
        if (!holds) {
            mistakes.add(path + ": " + otherwise);
        }
    }

    private String fieldNames() {
        return String.join(
                ", ", (Iterable<String>) () -> node.path("properties").fieldNames());
    }

    private String type() {
        return node.path("type").asText();
    }

    private static String shown(JsonNode value) {
        var text = value.isValueNode() ? "'" + value.asText() + "'" : value.isArray() ? "a list" : "an object";
        return text.length() > 60 ? text.substring(0, 60) + "...'" : text;
    }

    private static Schema of(JsonNode node) {
        return node.isObject() ? new Schema(node) : NOTHING;
    }
}
