package dev.agenttask.cli.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.agenttask.api.batch.AgentTaskBatchSpec;
import dev.agenttask.api.batch.BatchPlan;
import dev.agenttask.api.batch.Parameters;
import dev.agenttask.cli.exit.UsageException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * An AgentTask whose strings have parameters in them, {@code {{name}}}, of which a batch makes one task for each item. The
 * operator fills it in the cluster; {@link Parameters} says how.
 */
public final class Template {

    private final Manifest manifest;

    public Template(Manifest manifest) {
        this.manifest = manifest;
    }

    /**
     * The batch of the items at a place. What of the template's spec follows the batch is moved there.
     *
     * @param place a CSV or JSON Lines file, or a directory of Markdown files
     * @throws UsageException if there are no items or too many, or their names are wrong
     */
    public Manifest fill(Path place, BatchOptions options) {
        if (!Parameters.of(manifest.namespace()).isEmpty()) {
            throw new UsageException(
                    manifest.source()
                            + ": metadata.namespace has a parameter, and a batch is in one namespace. Use one items file for each.");
        }
        var items = ItemReader.read(place);
        if (items.size() > AgentTaskBatchSpec.MAX_ITEMS) {
            throw new UsageException(place + " has " + items.size() + " items, and a batch has at most "
                    + AgentTaskBatchSpec.MAX_ITEMS
                    + ". Split it over several files, and submit each with the same template.");
        }
        var names = new ItemNames(manifest);
        var named = names.of(items);
        var tree = manifest.tree().objectNode();
        tree.put("apiVersion", ManifestReader.API_VERSION).put("kind", Kind.BATCH.toString());
        metadata(tree.putObject("metadata"), options);
        var spec = tree.putObject("spec");
        options.canary().ifPresent(n -> spec.put("canary", n));
        options.parallelism().ifPresent(n -> spec.put("parallelism", n));
        options.maxFailures().ifPresent(n -> spec.put("maxFailures", n));
        var template = template(spec);
        var places = new LinkedHashMap<String, String>();
        var list = spec.putArray("items");
        named.forEach((name, item) -> {
            list.add(item(name, item, template, names.parameters()));
            places.put(name, item.source());
        });
        return new Manifest(manifest.source(), names.base(), Kind.BATCH, tree, places);
    }

    private void metadata(ObjectNode metadata, BatchOptions options) {
        options.name().ifPresent(name -> metadata.put("name", name));
        if (!manifest.namespace().isEmpty()) {
            metadata.put("namespace", manifest.namespace());
        }
    }

    private ObjectNode template(ObjectNode batchSpec) {
        var template = batchSpec.putObject("template");
        for (var field : new String[] {"labels", "annotations"}) {
            if (manifest.metadata().path(field).isObject()) {
                template.set(field, manifest.metadata().get(field));
            }
        }
        var spec = manifest.spec().deepCopy();
        for (var field : BatchPlan.OF_THE_BATCH) {
            if (spec.has(field)) {
                batchSpec.set(field, spec.remove(field));
            }
        }
        template.set("spec", spec);
        return template;
    }

    private static ObjectNode item(String name, Item item, ObjectNode template, Set<String> ofTheName) {
        var wholes = new WholeValues(item.parameters());
        var spec = (ObjectNode) template.get("spec");
        var overrides = wholes.overrides(spec);
        var used = Parameters.of(template.deepCopy().<JsonNode>set("spec", wholes.replaced(spec)));
        var known = new HashSet<>(item.optional());
        known.addAll(ofTheName);
        known.addAll(wholes.names());
        known.add(BatchPlan.ITEM);
        var node = template.objectNode().put("name", name);
        var parameters = node.putObject("parameters");
        texts(item.parameters()).forEach((parameter, text) -> {
            if (used.contains(parameter) && !parameter.equals(BatchPlan.ITEM) || !known.contains(parameter)) {
                parameters.put(parameter, text);
            }
        });
        if (!overrides.isEmpty()) {
            node.set("overrides", overrides);
        }
        return node;
    }

    /** Values as they stand within a text. */
    static Map<String, String> texts(Map<String, JsonNode> parameters) {
        var texts = new LinkedHashMap<String, String>();
        parameters.forEach((name, value) -> texts.put(name, value.isValueNode() ? value.asText() : value.toString()));
        return texts;
    }
}
