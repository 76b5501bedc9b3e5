package dev.agenttask.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndLineTest {

    private final Token token = Token.random(new SecureRandom());

    @Test
    void the_end_of_the_command_is_read() {
        assertThat(parse(token.text() + " exited 0")).contains(new Signal.Exited(0));
        assertThat(parse(token.text() + " exited 137")).contains(new Signal.Exited(137));
        assertThat(parse(token.text() + " stopped")).contains(new Signal.Stopped());
        assertThat(parse(token.text() + " terminated")).contains(new Signal.Terminated());
        assertThat(parse(token.text() + " stalled")).contains(new Signal.Stalled());
    }

    @Test
    void anything_else_is_output() {
        assertThat(parse(Token.random(new SecureRandom()).text() + " exited 0")).isEmpty();
        assertThat(parse(token.text() + " exited")).isEmpty();
        assertThat(parse(token.text() + " stopped 0")).isEmpty();
        assertThat(parse(token.text() + " exited -1")).isEmpty();
        assertThat(parse(token.text() + " exited 0 or so")).isEmpty();
        assertThat(parse(" " + token.text() + " exited 0")).isEmpty();
        assertThat(parse("")).isEmpty();
    }

    @Test
    void a_token_is_32_hexadecimal_digits() {
        assertThat(token.text()).matches("[0-9a-f]{32}");
    }

    private Optional<Signal.Ended> parse(String line) {
        var bytes = line.getBytes(StandardCharsets.UTF_8);
        return EndLine.parse(token, bytes, 0, bytes.length);
    }
}
