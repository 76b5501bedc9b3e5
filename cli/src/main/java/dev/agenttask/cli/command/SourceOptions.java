package dev.agenttask.cli.command;

import dev.agenttask.cli.exit.UsageException;
import dev.agenttask.cli.manifest.BatchOptions;
import dev.agenttask.cli.manifest.Manifest;
import dev.agenttask.cli.manifest.ManifestReader;
import dev.agenttask.cli.manifest.TaskNames;
import dev.agenttask.cli.manifest.Template;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where the tasks and batches to submit are written. */
final class SourceOptions {

    @Parameters(
            paramLabel = "FILE",
            description = "Manifests in YAML or JSON, directories of them, or - for the standard input.")
    private List<String> files = new ArrayList<>();

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "FILE",
            description = "The same, as kubectl has it.")
    private List<String> filenames = new ArrayList<>();

    @Option(
            names = "--template",
            paramLabel = "FILE",
            description =
                    "An AgentTask whose strings have parameters in them, written {{name}}: it becomes one AgentTaskBatch. Needs"
                            + " --items.")
    private Optional<Path> template = Optional.empty();

    @Option(
            names = "--items",
            paramLabel = "PLACE",
            description =
                    "What makes a task each of the template: the rows of a .csv file with a header, the lines of a .jsonl"
                            + " file, or the .md files of a directory, whose text is {{prompt}} and whose front matter has the rest.")
    private Optional<Path> items = Optional.empty();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "With --template: the name of the batch. Default: one that follows from template, items and options.")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--canary",
            paramLabel = "N",
            description =
                    "With --template: so many items go first; the others start when each of these has succeeded, and never if"
                            + " one does not. Default: 0")
    private Optional<Integer> canary = Optional.empty();

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description =
                    "With --template: so many tasks are unfinished at a time. Default: as many as there are slots.")
    private Optional<Integer> parallelism = Optional.empty();

    @Option(
            names = "--max-failures",
            paramLabel = "N",
            description = "With --template: with one failure more, nothing further is started. Default: any number.")
    private Optional<Integer> maxFailures = Optional.empty();

    /**
     * The tasks and batches, each with a name.
     *
     * @param anew whether names are to be such that nothing else has them
     * @throws UsageException if there is none, or something is wrong with one
     */
    List<Manifest> read(InputStream stdin, boolean anew) {
        var places = new ArrayList<>(files);
        places.addAll(filenames);
        if (template.isPresent() != items.isPresent()) {
            throw new UsageException("--template and --items need each other.");
        }
        var options = new BatchOptions(name, canary, parallelism, maxFailures);
        if (template.isEmpty() && !options.equals(BatchOptions.NONE)) {
            throw new UsageException(
                    "--name, --canary, --parallelism and --max-failures have a meaning with --template only.");
        }
        if (places.isEmpty() && template.isEmpty()) {
            throw new UsageException("What is to be submitted? Give files, directories or - for the standard input, or"
                    + " --template and --items.");
        }
        var reader = new ManifestReader(stdin);
        var manifests = new ArrayList<>(reader.read(places));
        template.ifPresent(
                file -> manifests.add(new Template(reader.readOne(file)).fill(items.orElseThrow(), options)));
        return anew ? namedAnew(manifests) : distinct(manifests);
    }

    private static List<Manifest> namedAnew(List<Manifest> manifests) {
        var random = new SecureRandom();
        return manifests.stream()
                .map(manifest -> TaskNames.namedAnew(manifest, random))
                .toList();
    }

    /** Each once: what is asked for twice is one, and two that differ must not have one name. */
    private static List<Manifest> distinct(List<Manifest> manifests) {
        Map<String, Manifest> byName = new LinkedHashMap<>();
        for (var manifest : manifests) {
            var named = TaskNames.named(manifest);
            var kind = named.kind();
            var other = byName.putIfAbsent(kind + " " + named.namespace() + "/" + named.name(), named);
            if (other != null && !TaskNames.lasting(kind, other.spec()).equals(TaskNames.lasting(kind, named.spec()))) {
                throw new UsageException(named.source() + " and " + other.source() + " are different and of one name, "
                        + named.name() + ": call one otherwise, or leave the name out.");
            }
        }
        return List.copyOf(byName.values());
    }
}
