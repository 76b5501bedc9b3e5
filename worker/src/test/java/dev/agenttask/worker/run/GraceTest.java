package dev.agenttask.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraceTest {

    @Test
    void a_minute_is_divided_into_these() {
        var grace = new Grace(Duration.ofMinutes(1));
        assertThat(grace.snapshot()).isEqualTo(Duration.ofSeconds(25));
        assertThat(grace.push()).isEqualTo(Duration.ofSeconds(20));
        assertThat(grace.log()).isEqualTo(Duration.ofSeconds(8));
        assertThat(grace.end()).isEqualTo(Duration.ofSeconds(57));
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 45, 60, 300, 3600})
    void everything_ends_before_the_process_does_and_that_before_it_is_killed(int seconds) {
        var grace = new Grace(Duration.ofSeconds(seconds));
        var all = grace.snapshot().plus(grace.push()).plus(grace.log());
        assertThat(all).isPositive().isLessThanOrEqualTo(grace.end().minusSeconds(2));
        assertThat(grace.end()).isLessThan(grace.whole());
    }

    @Test
    void the_shortest_grace_is_long_enough_to_push_and_a_long_one_is_used() {
        assertThat(new Grace(Duration.ofSeconds(30)).push()).isGreaterThan(Duration.ofSeconds(8));
        assertThat(new Grace(Duration.ofMinutes(5)).snapshot()).isGreaterThan(Duration.ofMinutes(2));
    }
}
