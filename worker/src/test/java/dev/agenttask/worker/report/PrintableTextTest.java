package dev.agenttask.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PrintableTextTest {

    @Test
    void text_stays_as_it_is() {
        assertThat(clean("Grüße, 世界 🎉\tok")).isEqualTo("Grüße, 世界 🎉\tok");
    }

    @Test
    void terminal_escapes_become_pictures_of_control_characters() {
        assertThat(clean("a\033[31mred\007\0\177")).isEqualTo("a\u241b[31mred\u2407\u2400\u2421");
    }

    @Test
    void c1_controls_line_separators_and_changes_of_direction_are_replaced() {
        assertThat(clean("a\u009bb\u2028c\u202ed\u2066e")).isEqualTo("a\ufffdb\ufffdc\ufffdd\ufffde");
    }

    @Test
    void malformed_utf8_is_replaced() {
        var bytes = new byte[] {'a', (byte) 0xff, (byte) 0xc3, 'b', (byte) 0xed, (byte) 0xa0, (byte) 0x80};
        assertThat(PrintableText.of(bytes, 0, bytes.length)).startsWith("a\ufffd\ufffdb\ufffd");
    }

    @Test
    void what_is_too_long_loses_its_beginning_between_characters() {
        assertThat(PrintableText.end("a\ud83d\ude00b", 2)).isEqualTo("...b");
        assertThat(PrintableText.end("a\ud83d\ude00b", 4)).isEqualTo("a\ud83d\ude00b");
    }

    private static String clean(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return PrintableText.of(bytes, 0, bytes.length);
    }
}
