package dev.agenttask.api.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt.Outcome;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.VerificationResult;
import dev.agenttask.api.VerificationResult.CommandResult;
import dev.agenttask.api.VerificationResult.Verdict;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProgressEventTest {

    private static final TaskId TASK = new TaskId("team-a", "validate-signup", "6f9619ff-8b86-d011-b42d-00c04fc964ff");
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.250Z");

    @Test
    void an_event_is_a_cloudevent_in_structured_json() throws IOException {
        var event =
                ProgressEvent.of(ProgressEvent.WORKER, TASK, 1, 7, NOON, new EventData.Log("agent", "hello", false));

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
    @MethodSource("oneOfEachType")
    void an_event_of_each_type_is_read_as_it_was_written(EventData data) {
        var event = ProgressEvent.of(ProgressEvent.CONTROLLER, TASK, 2, 0, NOON, data);

        assertThat(ProgressEvent.parse(event.toJson())).isEqualTo(event);
    }

    static Stream<EventData> oneOfEachType() {
        var checks =
                new VerificationResult(Verdict.FAILED, "c0ffee", List.of(new CommandResult("test", 1, 1200, false)));
        return Stream.of(
                new EventData.PhaseChanged(Phase.RUNNING, "AttemptStarted", "pod x"),
                new EventData.StepStarted("verify", "test"),
                new EventData.StepFinished("verify", "test", false, 1, 1200, "exit code 1"),
                new EventData.Log("agent", "one\ntwo", true),
                new EventData.Verified(checks),
                new EventData.Finished(
                        Outcome.FAILED,
                        FailureClass.VERIFICATION,
                        "VerificationFailed",
                        "test failed",
                        "",
                        "c0ffee",
                        "w"),
                new EventData.Gap(3),
                new EventData.State("team-a", "validate-signup", AgentTaskStatus.NONE));
    }

    @Test
    void fields_that_a_newer_version_adds_are_ignored() {
        var newer = """
                {"specversion":"1.0","id":"u/1/1","source":"/agenttask/worker","type":"gap","subject":"a/b",
                 "time":"2026-11-22T12:00:00Z","datacontenttype":"application/json","taskuid":"u","attempt":1,
                 "sequence":1,"traceparent":"00-1","data":{"events":5,"bytes":100}}
                """;

        assertThat(ProgressEvent.parse(newer.getBytes(StandardCharsets.UTF_8)).data())
                .isEqualTo(new EventData.Gap(5));
    }

    @Test
    void what_is_not_an_event_is_refused_with_a_reason() {
        assertThatThrownBy(() -> ProgressEvent.parse("{\"type\":\"nonsense\"}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nonsense");
        assertThatThrownBy(() -> ProgressEvent.parse(new byte[] {0, 1, 2}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a progress event");
    }
}
