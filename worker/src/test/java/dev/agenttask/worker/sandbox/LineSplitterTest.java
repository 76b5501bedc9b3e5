package dev.agenttask.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineSplitterTest {

    private final List<String> lines = new ArrayList<>();
    private final LineSplitter splitter = new LineSplitter(
            8,
            (bytes, offset, length, truncated) ->
                    lines.add(new String(bytes, offset, length, StandardCharsets.UTF_8) + (truncated ? "+" : "")));

    @Test
    void lines_are_found_wherever_the_stream_is_cut() {
        for (var b : "one\n\ntwo\nthree".getBytes(StandardCharsets.UTF_8)) {
            splitter.accept(new byte[] {b, 'x'}, 1);
        }
        assertThat(lines).containsExactly("one", "", "two");
    }

    @Test
    void the_rest_of_a_long_line_is_thrown_away_and_the_next_one_is_whole() {
        accept("12345678\n123456789\n");
        accept("1234567");
        accept("89".repeat(1000) + "\nnext\n");
        assertThat(lines).containsExactly("12345678", "12345678+", "12345678+", "next");
    }

    private void accept(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        splitter.accept(bytes, bytes.length);
    }
}
