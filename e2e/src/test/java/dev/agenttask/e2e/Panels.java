package dev.agenttask.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The queries of the chart's dashboards, as Grafana would send them. */
final class Panels {

    private static final Path FOLDER = Path.of("../charts/agenttask/dashboards");
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), \\w+\\)");

    private final Map<String, String> variables;

    /**
     * @param variables by their names, such as $namespace
     */
    Panels(Map<String, String> variables) {
        this.variables = variables;
    }

    /**
     * One query.
     *
     * @param panel dashboard and title
     * @param expression without variables
     */
    record Query(String panel, String expression) {}

    /** Those of all panels, and those that the variables get their values by. */
    List<Query> queries() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.sorted().flatMap(file -> queries(json(file))).toList();
        }
    }

    private Stream<Query> queries(JsonNode dashboard) {
        var title = dashboard.path("title").asText();
        var ofPanels = elements(dashboard.path("panels")).flatMap(panel -> elements(panel.path("targets"))
                .map(target -> query(title, panel.path("title"), target.path("expr"))));
        var ofVariables = elements(dashboard.path("templating").path("list"))
                .filter(variable -> variable.path("type").asText().equals("query"))
                .map(variable -> query(
                        title, variable.path("name"), variable.path("query").path("query")));
        return Stream.concat(ofPanels, ofVariables);
    }

    private Query query(String dashboard, JsonNode title, JsonNode expression) {
        var text = LABEL_VALUES.matcher(expression.asText()).replaceAll("$1");
        for (var variable : variables.entrySet()) {
            text = text.replace(variable.getKey(), variable.getValue());
        }
        return new Query(dashboard + " / " + title.asText(), text);
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static JsonNode json(Path file) {
        try {
            return new ObjectMapper().readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
