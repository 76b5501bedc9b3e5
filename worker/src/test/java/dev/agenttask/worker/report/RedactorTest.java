package dev.agenttask.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class RedactorTest {

    private final Redactor redactor = Redactor.of("me", "p@ss w+rd/1");

    @Test
    void the_password_is_replaced_wherever_it_stands() {
        assertThat(redactor.redact("a p@ss w+rd/1 and p@ss w+rd/1.")).isEqualTo("a *** and ***.");
    }

    @Test
    void the_password_in_a_url_is_replaced() {
        assertThat(redactor.redact("https://me:p%40ss+w%2Brd%2F1@host/ https://me:p%40ss%20w%2Brd%2F1@host/"))
                .isEqualTo("https://me:***@host/ https://me:***@host/");
    }

    @Test
    void the_header_of_basic_authentication_is_replaced() {
        var header = Base64.getEncoder().encodeToString("me:p@ss w+rd/1".getBytes(StandardCharsets.UTF_8));
        assertThat(redactor.redact("Authorization: Basic " + header)).startsWith("Authorization: Basic ***");
    }

    @Test
    void a_password_too_short_to_be_secret_does_not_spoil_every_text() {
        assertThat(Redactor.of("a", "e").redact("eleven trees")).isEqualTo("eleven trees");
    }
}
