package dev.agenttask.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LimitsTest {

    @Test
    void quantities_are_powers_of_1024() {
        assertThat(bytes("1Ki")).isEqualTo(1024);
        assertThat(bytes("500Mi")).isEqualTo(524_288_000);
        assertThat(bytes("10Gi")).isEqualTo(10_737_418_240L);
        assertThatThrownBy(() -> bytes("10GB")).isInstanceOf(IllegalArgumentException.class);
    }

    private static long bytes(String workspaceSize) {
        return new Limits("1h", "10m", workspaceSize).workspaceBytes();
    }
}
