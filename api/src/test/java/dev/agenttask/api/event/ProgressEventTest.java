package dev.agenttask.api.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.Phase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressEventTest {

    @Test
    void an_event_is_a_cloudevent_in_structured_json() throws IOException {
        var event = ProgressEvent.of(
                ProgressEvent.WORKER,
                EventExamples.TASK,
                1,
                7,
                EventExamples.NOON,
                new EventData.Log("agent", "hello", false));

        assertThat(new ObjectMapper().readTree(event.toJson())).isEqualTo(new ObjectMapper().readTree("""
                {
                  "specversion": "1.0",
                  "id": "6f9619ff-8b86-d011-b42d-00c04fc964ff/1/7",
                  "source": "/agenttask/worker",
                  "type": "log",
                  "subject": "team-a/validate-signup",
                  "time": "2026-11-22T12:00:00.250Z",
                  "datacontenttype": "application/json",
                  "taskuid": "6f9619ff-8b86-d011-b42d-00c04fc964ff",
                  "attempt": 1,
                  "sequence": 7,
                  "data": {"step": "agent", "text": "hello", "truncated": false}
                }
                """));
    }

    @ParameterizedTest
    @MethodSource("dev.agenttask.api.event.EventExamples#all")
    void an_event_of_each_type_is_read_as_it_was_written(EventData data) {
        var event = EventExamples.event(data);

        assertThat(ProgressEvent.parse(event.toJson())).isEqualTo(event);
    }

    @Test
    void fields_that_a_newer_version_adds_are_ignored() {
        var newer = """
                {"specversion":"1.0","id":"u/1/1","source":"/agenttask/worker","type":"gap","subject":"a/b",
                 "time":"2026-11-22T12:00:00Z","datacontenttype":"application/json","taskuid":"u","attempt":1,
                 "sequence":1,"traceparent":"00-1","data":{"events":5,"bytes":100}}
                """;

        assertThat(parse(newer).data()).isEqualTo(new EventData.Gap(5));
    }

    @Test
    void what_is_not_an_event_is_refused_with_a_reason() {
        assertThatThrownBy(() -> parse("{\"type\":\"nonsense\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nonsense");
        assertThatThrownBy(() -> ProgressEvent.parse(new byte[] {0, 1, 2}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a progress event");
    }

    @Test
    void what_only_a_newer_version_knows_is_refused_with_a_reason() {
        var event = new String(
                EventExamples.event(new EventData.PhaseChanged(Phase.QUEUED, "", ""))
                        .toJson(),
                StandardCharsets.UTF_8);

        assertThatThrownBy(() -> parse(event.replace("\"phase\",", "\"phase.of.the.moon\",")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown type of event: \"phase.of.the.moon\"");
        assertThatThrownBy(() -> parse(event.replace("Queued", "Waxing")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Waxing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "source", "subject", "time", "taskuid", "attempt", "sequence", "data"})
    void an_event_without_an_attribute_that_all_have_is_refused(String attribute) {
        var event = AgentTaskJson.MAPPER.<ObjectNode>valueToTree(EventExamples.event(new EventData.Gap(1)));

        assertThatThrownBy(() -> parse(event.without(attribute).toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no " + attribute);
    }

    private static ProgressEvent parse(String json) {
        return ProgressEvent.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
