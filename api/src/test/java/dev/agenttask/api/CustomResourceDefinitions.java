package dev.agenttask.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.agenttask.api.batch.AgentTaskBatch;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Generates the CRDs from the records. What Fabric8's generator cannot say with annotations is added here: the order of
 * the printer columns, the description of the kind, that a spec is required and immutable, and that
 * names in a list differ.
 */
final class CustomResourceDefinitions {

    /**
     * What is said of a kind and not of its records.
     *
     * @param description that {@code kubectl explain} begins with
     * @param mutable the fields of its spec that may change
     */
    private record Kind(String description, Set<String> mutable) {}

    private static final Map<Class<? extends HasMetadata>, Kind> KINDS = Map.of(
            AgentTask.class,
            new Kind(
                    "A piece of work for a coding agent: a repository, a prompt, how to check the result and where to"
                            + " deliver it. The operator runs it in one isolated pod and records the outcome in the status.",
                    inOrder("suspend", "cancel", "ttlSecondsAfterFinished")),
            AgentTaskBatch.class,
            new Kind(
                    "Many AgentTasks that differ in a few words: a template, and what to insert for each item. The operator"
                            + " makes one AgentTask of each and records in the status how far they are.",
                    inOrder("parallelism", "maxFailures", "suspend", "cancel", "ttlSecondsAfterFinished")));

    private CustomResourceDefinitions() {}

    /** Writes one file per CRD into a folder. */
    static void generate(Path folder) throws IOException {
        Files.createDirectories(folder);
        var info = new CRDGenerator()
                .withParallelGenerationEnabled(false)
                .withMinQuotes(true)
                .inOutputDir(folder.toFile())
                .customResourceClasses(KINDS.keySet())
                .forCRDVersions("v1")
                .withPostProcessor(new CRDPostProcessor() {
                    @Override
                    public HasMetadata process(HasMetadata crd, String version) {
                        return finish((CustomResourceDefinition) crd);
                    }
                })
                .detailedGenerate();
        if (info.numberOfGeneratedCRDs() != KINDS.size()) {
            throw new IllegalStateException("not every CRD was generated: " + info.getCRDDetailsPerNameAndVersion());
        }
    }

    private static HasMetadata finish(CustomResourceDefinition crd) {
        var type = KINDS.keySet().stream()
                .filter(t -> t.getSimpleName().equals(crd.getSpec().getNames().getKind()))
                .findFirst()
                .orElseThrow();
        var kind = KINDS.get(type);
        for (var version : crd.getSpec().getVersions()) {
            orderColumns(version, type);
            var root = version.getSchema().getOpenAPIV3Schema();
            root.setDescription(kind.description());
            root.setRequired(List.of("spec"));
            root.setXKubernetesValidations(List.of(new ValidationRuleBuilder()
                    .withRule("self.metadata.name.matches('^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$')")
                    .withMessage("metadata.name must be at most 63 lower-case letters, digits and dashes, and begin and"
                            + " end with a letter or digit: pods, branches and labels are named after it")
                    .build()));
            dropRepeatedRules(root);
            var spec = root.getProperties().get("spec");
            spec.setDescription("What is asked for. It does not change once it exists, but for "
                    + String.join(", ", kind.mutable()) + ".");
            root.getProperties().get("status").setDescription("What has happened. Written by the operator.");
            keyListsByName(spec);
            makeImmutable(spec, kind.mutable());
            typeObjectsOfAnyFields(spec);
            collectDefaultsOfFields(spec);
        }
        return crd;
    }

    private static void orderColumns(CustomResourceDefinitionVersion version, Class<?> kind) {
        var order = Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(AdditionalPrinterColumn::name)
                .toList();
        version.getAdditionalPrinterColumns()
                .sort(Comparator.comparingInt((CustomResourceColumnDefinition c) -> order.indexOf(c.getName())));
    }

    /**
     * One rule per field, each naming it. A rule over the whole spec would be refused: comparing optional fields as one
     * object exceeds the API server's cost budget.
     */
    private static void makeImmutable(JSONSchemaProps spec, Set<String> mutable) {
        var rules = new ArrayList<>(spec.getXKubernetesValidations());
        spec.getProperties().forEach((field, schema) -> {
            if (mutable.contains(field)) {
                return;
            }
            var always = spec.getRequired().contains(field) || schema.getDefault() != null;
            var same = "self.%1$s == oldSelf.%1$s".formatted(field);
            var sameOrAbsent =
                    "has(self.%1$s) == has(oldSelf.%1$s) && (!has(self.%1$s) || %2$s)".formatted(field, same);
            rules.add(new ValidationRuleBuilder()
                    .withRule(always ? same : sameOrAbsent)
                    .withFieldPath("." + field)
                    .withMessage("is immutable: after creation only " + String.join(", ", mutable)
                            + " may change. Create a new one instead")
                    .build());
        });
        spec.setXKubernetesValidations(rules);
    }

    /** Two entries of one name are refused, and server-side apply merges entries of one name. */
    private static void keyListsByName(JSONSchemaProps schema) {
        var items = schema.getItems() == null ? null : schema.getItems().getSchema();
        if (items != null && items.getRequired() != null && items.getRequired().contains("name")) {
            schema.setXKubernetesListType("map");
            schema.setXKubernetesListMapKeys(List.of("name"));
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(CustomResourceDefinitions::keyListsByName);
        }
    }

    private static Set<String> inOrder(String... fields) {
        return new LinkedHashSet<>(List.of(fields));
    }

    /**
     * An object that is not given is one of its fields' defaults. The generator would write what the record makes of an empty
     * object instead: 0 for a number whose default is another.
     */
    private static void collectDefaultsOfFields(JSONSchemaProps spec) {
        spec.getProperties().values().stream()
                .filter(field ->
                        field.getDefault() != null && field.getDefault().isObject())
                .forEach(field -> {
                    var defaults = JsonNodeFactory.instance.objectNode();
                    field.getProperties().forEach((name, schema) -> {
                        if (schema.getDefault() != null) {
                            defaults.set(name, schema.getDefault());
                        }
                    });
                    field.setDefault(defaults);
                });
    }

    /** What may have any fields is an object all the same, not a number or a text. */
    private static void typeObjectsOfAnyFields(JSONSchemaProps schema) {
        if (Boolean.TRUE.equals(schema.getXKubernetesPreserveUnknownFields())) {
            schema.setType("object");
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(CustomResourceDefinitions::typeObjectsOfAnyFields);
        }
        if (schema.getItems() != null && schema.getItems().getSchema() != null) {
            typeObjectsOfAnyFields(schema.getItems().getSchema());
        }
    }

    /** An annotation on a record component is found twice, on the field and on the accessor. */
    private static void dropRepeatedRules(JSONSchemaProps schema) {
        if (schema.getXKubernetesValidations() != null) {
            schema.setXKubernetesValidations(List.copyOf(new LinkedHashSet<>(schema.getXKubernetesValidations())));
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(CustomResourceDefinitions::dropRepeatedRules);
        }
        if (schema.getItems() != null && schema.getItems().getSchema() != null) {
            dropRepeatedRules(schema.getItems().getSchema());
        }
    }
}
