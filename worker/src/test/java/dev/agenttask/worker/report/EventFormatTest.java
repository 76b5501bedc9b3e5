package dev.agenttask.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.worker.fixture.Plans;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What consumers of the topic read, letter by letter. */
class EventFormatTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    @Test
    void an_event_of_the_worker_is_a_cloud_event_in_structured_json() {
        assertThat(json(new EventData.Log("agent", "one\ntwo", false)))
                .isEqualToIgnoringWhitespace("""
                {"specversion":"1.0","id":"%1$s/1/7","source":"/agenttask/worker","type":"log","subject":"team/fix-it",
                "time":"2026-01-02T03:04:05.678Z","datacontenttype":"application/json","taskuid":"%1$s","attempt":1,
                "sequence":7,"data":{"step":"agent","text":"one\\ntwo","truncated":false}}""".formatted(Plans.UID));
    }

    @Test
    void a_command_that_was_stopped_has_no_exit_code() {
        assertThat(json(new EventData.StepFinished("verify", "test", false, null, 1200, "was stopped after 1 s")))
                .contains("\"type\":\"step.finished\"")
                .endsWith("""
                        "data":{"step":"verify","name":"test","ok":false,"durationMillis":1200,\
                        "message":"was stopped after 1 s"}}""");
    }

    private static String json(EventData data) {
        var event = ProgressEvent.of(ProgressEvent.WORKER, Plans.of("-").task(), 1, 7, NOW, data);
        return new String(event.toJson(), StandardCharsets.UTF_8);
    }
}
