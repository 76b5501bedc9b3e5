package dev.agenttask.cli.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import dev.agenttask.api.batch.Parameters;
import dev.agenttask.cli.exit.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the items of a template: the rows of a CSV file with a header, the lines of a JSON Lines file, or the Markdown files
 * of a directory, whose text is the parameter {@code prompt} and whose YAML front matter has the others.
 */
final class ItemReader {

    private static final Pattern FRONT_MATTER =
            Pattern.compile("\\A---\\R(.*?)(?:^---[ \\t]*(?:\\R|\\z))", Pattern.DOTALL | Pattern.MULTILINE);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final CsvMapper CSV = CsvMapper.builder()
            .enable(CsvParser.Feature.TRIM_SPACES)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .build();

    private ItemReader() {}

    /**
     * The items of a place, in order.
     *
     * @throws UsageException if it cannot be read, is of no known kind, or has no item
     */
    static List<Item> read(Path place) {
        var items = Files.isDirectory(place) ? markdown(place) : ofFile(place);
        if (items.isEmpty()) {
            throw new UsageException(place + ": there is no item in it.");
        }
        return items;
    }

    private static List<Item> ofFile(Path file) {
        var name = file.getFileName().toString();
        if (name.matches("(?i).+\\.csv")) {
            return csv(file);
        }
        if (name.matches("(?i).+\\.(jsonl|ndjson)")) {
            return jsonLines(file);
        }
        throw new UsageException(file + ": items are a .csv file, a .jsonl file, or a directory of .md files.");
    }

    private static List<Item> csv(Path file) {
        var items = new ArrayList<Item>();
        try (var parser = CSV.createParser(withoutMark(ManifestReader.text(file)))) {
            List<String> header = List.of();
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                var row = new ArrayList<String>();
                var line = 0;
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    line = row.isEmpty() ? parser.currentTokenLocation().getLineNr() : line;
                    row.add(parser.getText());
                }
                if (header.isEmpty()) {
                    header = header(file, row);
                } else {
                    items.add(csvItem(file + ", line " + line, header, row));
                }
            }
        } catch (JsonProcessingException e) {
            var where =
                    e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
            throw new UsageException(file + where + ": " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UsageException(file + " cannot be read: " + e.getMessage(), e);
        }
        return items;
    }

    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static List<String> header(Path file, List<String> row) {
        for (var name : row) {
            checkName(file + ", line 1", name);
        }
        if (Set.copyOf(row).size() < row.size()) {
            throw new UsageException(file + ", line 1: a column stands there twice.");
        }
        return row;
    }

    private static Item csvItem(String source, List<String> header, List<String> row) {
        if (row.size() != header.size()) {
            throw new UsageException(source + ": has " + row.size() + " fields, and the header " + header.size()
                    + ". Quote a field that has a comma or a line break in it.");
        }
        var parameters = new LinkedHashMap<String, JsonNode>();
        for (var i = 0; i < row.size(); i++) {
            parameters.put(header.get(i), TextNode.valueOf(row.get(i)));
        }
        return new Item(source, "", parameters, Set.of());
    }

    private static List<Item> jsonLines(Path file) {
        var items = new ArrayList<Item>();
        var lines = ManifestReader.text(file).lines().toList();
        for (var i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                items.add(jsonItem(file + ", line " + (i + 1), lines.get(i)));
            }
        }
        return items;
    }

    private static Item jsonItem(String source, String line) {
        try {
            return new Item(source, "", parameters(source, JSON.readTree(line)), Set.of());
        } catch (JsonProcessingException e) {
            throw new UsageException(source + ": is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static List<Item> markdown(Path directory) {
        try (var entries = Files.list(directory)) {
            return entries.filter(f -> f.getFileName().toString().matches("(?i).+\\.(md|markdown)"))
                    .sorted()
                    .map(ItemReader::markdownItem)
                    .toList();
        } catch (IOException e) {
            throw new UsageException(directory + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Item markdownItem(Path file) {
        var source = file.toString();
        var text = withoutMark(ManifestReader.text(file));
        var parameters = new LinkedHashMap<String, JsonNode>();
        parameters.put("name", TextNode.valueOf(ManifestReader.stem(file)));
        var matter = FRONT_MATTER.matcher(text);
        if (matter.find()) {
            Yaml.documents(source + ", front matter", matter.group(1))
                    .forEach(document -> parameters.putAll(parameters(source + ", front matter", document)));
            text = text.substring(matter.end());
        }
        if (text.isBlank()) {
            throw new UsageException(source + ": has no text, which would be the prompt.");
        }
        if (parameters.putIfAbsent("prompt", TextNode.valueOf(text.strip())) != null) {
            throw new UsageException(source + ": the text is the parameter prompt, and the front matter has one too.");
        }
        return new Item(source, ManifestReader.stem(file), parameters, Set.of("name"));
    }

    private static Map<String, JsonNode> parameters(String source, JsonNode object) {
        if (!object.isObject()) {
            throw new UsageException(source + ": an item is an object: names of parameters and their values.");
        }
        var parameters = new LinkedHashMap<String, JsonNode>();
        object.properties().forEach(field -> {
            checkName(source, field.getKey());
            if (field.getValue().isNull()) {
                throw new UsageException(source + ": the parameter " + field.getKey() + " has no value.");
            }
            parameters.put(field.getKey(), field.getValue());
        });
        return parameters;
    }

    private static void checkName(String source, String name) {
        if (!name.matches(Parameters.NAME)) {
            throw new UsageException(source + ": '" + name
                    + "' is no name of a parameter: letters, digits, _ and -, beginning with a letter or _.");
        }
    }
}
