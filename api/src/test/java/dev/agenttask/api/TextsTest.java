package dev.agenttask.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextsTest {

    @Test
    void text_that_fits_stays_as_it_is() {
        assertThat(Texts.cut("", 0)).isEmpty();
        assertThat(Texts.cut("abcd", 4)).isEqualTo("abcd");
    }

    @Test
    void text_that_is_too_long_ends_with_an_ellipsis_and_is_as_long_as_it_may_be() {
        assertThat(Texts.cut("abcdef", 5)).isEqualTo("ab...");
        assertThat(Texts.cut("abcdef", 3)).isEqualTo("...");
    }

    @Test
    void a_character_of_two_code_units_is_never_cut_in_two() {
        assertThat(Texts.cut("a\ud83d\ude00bcd", 5)).isEqualTo("a...");
        assertThat(Texts.cut("a\ud83d\ude00bcd", 6)).isEqualTo("a\ud83d\ude00bcd");
        assertThat(Texts.cut("a\ud83d\ude00bcde", 6)).isEqualTo("a\ud83d\ude00...");
        assertThat(Texts.cut("\ud83d\ude00\ud83d\ude00", 3)).isEqualTo("...");
    }

    @Test
    void there_must_be_room_for_the_ellipsis() {
        assertThatThrownBy(() -> Texts.cut("abc", 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
