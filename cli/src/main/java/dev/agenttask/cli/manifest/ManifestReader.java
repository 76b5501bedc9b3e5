package dev.agenttask.cli.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.agenttask.api.AgentTask;
import dev.agenttask.cli.exit.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads AgentTasks and AgentTaskBatches from files, from the files of a directory, and from the standard input. */
public final class ManifestReader {

    /** Stands for the standard input. */
    public static final String STDIN = "-";

    static final String API_VERSION = AgentTask.GROUP + "/" + AgentTask.VERSION;
    /** What a server puts into metadata, and refuses or ignores when it is created. */
    private static final Set<String> OF_THE_SERVER = Set.of(
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "managedFields",
            "selfLink",
            "finalizers");

    private static final List<String> FIRST_FIELDS = List.of("apiVersion", "kind", "metadata", "spec");

    private final InputStream stdin;

    public ManifestReader(InputStream stdin) {
        this.stdin = stdin;
    }

    /**
     * The tasks and batches of all these places, in order.
     *
     * @param places files, directories, of which the files ending in yaml, yml and json are read, and {@value #STDIN}
     * @throws UsageException if one cannot be read, or has something else in it, or nothing
     */
    public List<Manifest> read(List<String> places) {
        var manifests = new ArrayList<Manifest>();
        for (var place : places) {
            if (place.equals(STDIN)) {
                manifests.addAll(parse("standard input", "task", text(stdin)));
            } else {
                for (var file : filesOf(Path.of(place))) {
                    manifests.addAll(parse(file.toString(), stem(file), text(file)));
                }
            }
        }
        return manifests;
    }

    /**
     * The one task of a template file.
     *
     * @throws UsageException if it cannot be read, or is not one AgentTask
     */
    public Manifest readOne(Path file) {
        var manifests = parse(file.toString(), stem(file), text(file));
        if (manifests.size() != 1) {
            throw new UsageException(file + ": a template is one AgentTask, and these are " + manifests.size() + ".");
        }
        if (manifests.getFirst().kind() == Kind.BATCH) {
            throw new UsageException(
                    file + ": a template is an AgentTask. An AgentTaskBatch has its items in itself: kubectl"
                            + " agenttask submit " + file);
        }
        return manifests.getFirst();
    }

    /** The resources of a text. */
    static List<Manifest> parse(String source, String base, String text) {
        var documents = new ArrayList<JsonNode>();
        Yaml.documents(source, text).forEach(document -> addItems(document, documents));
        if (documents.isEmpty()) {
            throw new UsageException(source + ": there is no AgentTask in it.");
        }
        var manifests = new ArrayList<Manifest>();
        for (var i = 0; i < documents.size(); i++) {
            var where = documents.size() == 1 ? source : source + ", document " + (i + 1);
            manifests.add(manifest(where, base, documents.get(i)));
        }
        return manifests;
    }

    /** The files that are read of a directory, in order of their names; of a file, itself. */
    static List<Path> filesOf(Path place) {
        if (!Files.isDirectory(place)) {
            return List.of(place);
        }
        try (var entries = Files.list(place)) {
            var files = entries.filter(f -> f.getFileName().toString().matches("(?i).+\\.(yaml|yml|json)"))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new UsageException(place + ": no file in it ends in .yaml, .yml or .json.");
            }
            return files;
        } catch (IOException e) {
            throw new UsageException(place + " cannot be read: " + e.getMessage(), e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new UsageException(file + ": there is no such file.", e);
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new UsageException(file + ": is not text in UTF-8.", e);
        } catch (IOException e) {
            throw new UsageException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    static String stem(Path file) {
        return file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
    }

    private static String text(InputStream in) {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UsageException("the standard input cannot be read: " + e.getMessage(), e);
        }
    }

    private static void addItems(JsonNode document, List<JsonNode> to) {
        if (document.path("kind").asText().endsWith("List")
                && document.path("items").isArray()) {
            document.path("items").forEach(to::add);
        } else {
            to.add(document);
        }
    }

    private static Manifest manifest(String where, String base, JsonNode document) {
        if (!document.isObject()) {
            throw new UsageException(where + ": is not an AgentTask but a single " + kind(document) + ".");
        }
        var word = document.path("kind").asText();
        var kind = Kind.of(word)
                .orElseThrow(
                        () -> new UsageException(where + ": kind is " + (word.isEmpty() ? "missing" : "'" + word + "'")
                                + ", and only AgentTask and AgentTaskBatch can be submitted. For other resources: kubectl"
                                + " apply -f FILE"));
        var version = document.path("apiVersion").asText();
        if (!version.equals(API_VERSION)) {
            throw new UsageException(where + ": apiVersion is '" + version + "', and must be " + API_VERSION + ".");
        }
        if (!document.path("spec").isObject()) {
            throw new UsageException(where + ": spec is missing: "
                    + (kind == Kind.TASK ? "repository, prompt and agent" : "template and items") + " go there.");
        }
        return new Manifest(where, base, kind, inOrder((ObjectNode) document.deepCopy()));
    }

    /** The fields in the order in which people write them, without what is the server's. */
    private static ObjectNode inOrder(ObjectNode resource) {
        resource.withObjectProperty("metadata").remove(OF_THE_SERVER);
        var ordered = resource.objectNode();
        FIRST_FIELDS.forEach(field -> ordered.set(field, resource.remove(field)));
        resource.remove("status");
        return ordered.setAll(resource);
    }

    private static String kind(JsonNode node) {
        return node.isArray() ? "list" : "value";
    }
}
