package dev.agenttask.cli.manifest;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What can be submitted. */
public enum Kind {
    TASK("AgentTask", "agenttask", "agenttasks", "at", List.of()),
    BATCH("AgentTaskBatch", "agenttaskbatch", "agenttaskbatches", "atb", List.of("parallelism", "maxFailures"));

    /** What a person may change later in each, and which does not tell two of them apart. */
    static final List<String> MUTABLE = List.of("suspend", "cancel", "ttlSecondsAfterFinished");

    private final String word;
    private final String singular;
    private final String plural;
    private final String shortName;
    private final List<String> alsoMutable;

    Kind(String word, String singular, String plural, String shortName, List<String> alsoMutable) {
        this.word = word;
        this.singular = singular;
        this.plural = plural;
        this.shortName = shortName;
        this.alsoMutable = alsoMutable;
    }

    /** The kind that a manifest names so. */
    static Optional<Kind> of(String word) {
        return Stream.of(values()).filter(kind -> kind.word.equals(word)).findFirst();
    }

    /** The kind that kubectl knows by this name, such as {@code atb} or {@code agenttaskbatches.agenttask.dev}. */
    public static Optional<Kind> called(String resource) {
        var name = resource.replaceFirst("\\.agenttask\\.dev$", "");
        return Stream.of(values())
                .filter(kind ->
                        List.of(kind.singular, kind.plural, kind.shortName).contains(name))
                .findFirst();
    }

    /** As it is in a URL of the API. */
    public String plural() {
        return plural;
    }

    /** How {@code -o name} of kubectl calls one. */
    public String named(String name) {
        return singular + ".agenttask.dev/" + name;
    }

    /** All fields of the spec that may change later. */
    List<String> mutable() {
        return Stream.concat(MUTABLE.stream(), alsoMutable.stream()).toList();
    }

    /** As a manifest has it. */
    @Override
    public String toString() {
        return word;
    }
}
