package dev.agenttask.e2e.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.e2e.soak.RoundRecord.AgentRun;
import org.junit.jupiter.api.Test;

class RecorderTest {

    @Test
    void runs_are_read_from_the_log_and_a_repeated_request_is_one_run() {
        var log = """
                Serving HTTP on 0.0.0.0 port 8080 (http://0.0.0.0:8080/) ...
                10.201.0.7 - - [24/Nov/2026 06:40:00] "GET /?pod=t01-good-1-0a&run=one HTTP/1.1" 200 -
                10.201.0.7 - - [24/Nov/2026 06:40:01] "GET /?pod=t01-good-1-0a&run=one HTTP/1.1" 200 -
                10.201.0.8 - - [24/Nov/2026 06:40:02] "GET /?pod=t01-good-1-0a&run=two HTTP/1.1" 200 -
                """;

        assertThat(Recorder.runs(log))
                .containsExactly(new AgentRun("t01-good-1-0a", "one"), new AgentRun("t01-good-1-0a", "two"));
    }
}
