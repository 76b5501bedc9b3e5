package dev.agenttask.worker.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PathNameTest {

    @Test
    void text_stays_as_it_is() {
        assertThat(PathName.of(chars("src/Größe.java"))).isEqualTo("src/Größe.java");
    }

    @Test
    void what_is_not_text_or_not_safe_to_print_is_quoted_as_git_does() {
        assertThat(PathName.of("a\u00ff\"b")).isEqualTo("\"a\\377\\\"b\"");
        assertThat(PathName.of(chars("a\u001b[31m"))).isEqualTo("\"a\\033[31m\"");
        assertThat(PathName.of(chars("a\u202eb"))).isEqualTo("\"a\\342\\200\\256b\"");
        assertThat(PathName.of("a\tb")).isEqualTo("\"a\\011b\"");
    }

    @Test
    void a_long_one_is_cut() {
        assertThat(PathName.of("x".repeat(5000))).hasSize(200).endsWith("...");
    }

    private static String chars(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
