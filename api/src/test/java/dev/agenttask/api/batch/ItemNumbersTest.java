package dev.agenttask.api.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ItemNumbersTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "7", "0-4", "0-4,7", "0,2,4", "3-5,7-8,999"})
    void what_is_written_is_read_again(String text) {
        assertThat(ItemNumbers.parse(text)).hasToString(text);
    }

    @Test
    void neighbours_become_one_interval() {
        assertThat(ItemNumbers.none().with(2).with(0).with(1).with(5)).hasToString("0-2,5");
    }

    @Test
    void a_thousand_items_stay_small_however_they_lie() {
        var worst =
                IntStream.range(0, 500).mapToObj(i -> i * 2).reduce(ItemNumbers.none(), ItemNumbers::with, (a, b) -> a);

        assertThat(worst.size()).isEqualTo(500);
        assertThat(worst.toString().length()).isLessThan(2048);
    }

    @Test
    void other_text_is_refused() {
        assertThatThrownBy(() -> ItemNumbers.parse("a-b")).isInstanceOf(IllegalArgumentException.class);
    }
}
