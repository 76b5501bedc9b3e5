package dev.agenttask.worker.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WorkspaceWatchTest {

    @Test
    void quantities_are_powers_of_1024() {
        assertThat(WorkspaceWatch.bytes("1Ki")).isEqualTo(1024);
        assertThat(WorkspaceWatch.bytes("500Mi")).isEqualTo(524_288_000);
        assertThat(WorkspaceWatch.bytes("10Gi")).isEqualTo(10_737_418_240L);
        assertThatThrownBy(() -> WorkspaceWatch.bytes("10GB")).isInstanceOf(IllegalArgumentException.class);
    }
}
