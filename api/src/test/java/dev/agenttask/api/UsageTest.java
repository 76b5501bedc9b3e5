package dev.agenttask.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {

    @Test
    void costs_are_added_as_decimals() {
        var sum = new Usage(2, 1, 3, "0.1").plus(new Usage(20, 10, 30, "0.2"));

        assertThat(sum).isEqualTo(new Usage(22, 11, 33, "0.3"));
    }

    @Test
    void a_cost_that_is_known_of_one_is_that_of_both() {
        assertThat(new Usage(1, 0, 1, "").plus(new Usage(1, 0, 1, "0.5")).costUSD())
                .isEqualTo("0.5");
        assertThat(new Usage(1, 0, 1, "").plus(new Usage(1, 0, 1, "")).costUSD())
                .isEmpty();
    }

    @Test
    void numbers_out_of_bounds_are_taken_to_the_nearest_bound() {
        var most = new Usage(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, "999999999.999999");

        assertThat(new Usage(-1, Long.MIN_VALUE, 0, "")).isEqualTo(Usage.NONE);
        assertThat(new Usage(5, 6, 0, "").cachedTokens()).isEqualTo(5);
        assertThat(most.inputTokens()).isEqualTo(1_000_000_000_000_000L);
        assertThat(most.plus(most)).isEqualTo(most);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"NaN", "-1", "1e3", "1.", ".5", "0.1234567", "1234567890", "1\n", " 1", "٣"})
    void what_is_no_decimal_is_no_cost(String cost) {
        assertThat(new Usage(1, 1, 1, cost).costUSD()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0.000001234, 0.000001",
        "1.50, 1.5",
        "100, 100",
        "0, 0",
        "-3, 0",
        "1e-999999999, 0",
        "1e999999999, 999999999.999999",
        "999999999.9999999, 999999999.999999"
    })
    void a_cost_is_written_in_millionths_however_large_or_small_it_is(BigDecimal dollars, String text) {
        assertThat(Usage.of(0, 0, 0, dollars).costUSD()).isEqualTo(text);
    }

    @Test
    void it_is_read_as_it_was_written() throws IOException {
        var usage = new Usage(2, 1, 3, "0.25");
        var json = AgentTaskJson.MAPPER.writeValueAsString(usage);

        assertThat(json).isEqualTo("{\"inputTokens\":2,\"cachedTokens\":1,\"outputTokens\":3,\"costUSD\":\"0.25\"}");
        assertThat(AgentTaskJson.MAPPER.readValue(json, Usage.class)).isEqualTo(usage);
    }
}
