package dev.agenttask.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Rows in columns as wide as their widest cell. */
final class TextTable {

    private static final String GAP = "   ";

    private final Set<String> optional;
    private final List<List<String>> rows = new ArrayList<>();

    /** A table with that header, in which an optional column is only where a row has something for it. */
    TextTable(Set<String> optional, String... header) {
        this.optional = optional;
        rows.add(List.of(header));
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** The lines, the header first. */
    List<String> lines() {
        var columns = IntStream.range(0, rows.getFirst().size())
                .filter(column -> !optional.contains(rows.getFirst().get(column)) || isFilled(column))
                .boxed()
                .toList();
        var widths = IntStream.range(0, rows.getFirst().size()).map(this::width).toArray();
        return rows.stream().map(row -> line(row, columns, widths)).toList();
    }

    private boolean isFilled(int column) {
        return rows.stream().skip(1).anyMatch(row -> !row.get(column).isEmpty());
    }

    private static String line(List<String> row, List<Integer> columns, int[] widths) {
        var line = new StringBuilder();
        for (var column : columns) {
            var cell = row.get(column);
            line.append(cell).append(" ".repeat(widths[column] - cell.length())).append(GAP);
        }
        return line.toString().stripTrailing();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
