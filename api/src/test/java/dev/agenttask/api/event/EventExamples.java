package dev.agenttask.api.event;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Attempt.Outcome;
import dev.agenttask.api.Base;
import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Forecast;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Progress;
import dev.agenttask.api.Result;
import dev.agenttask.api.Usage;
import dev.agenttask.api.VerificationResult;
import dev.agenttask.api.VerificationResult.CommandResult;
import dev.agenttask.api.VerificationResult.Verdict;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Events as this version writes them: of each type one with all that it can carry, and one with no more than it must. */
final class EventExamples {

    static final TaskId TASK = new TaskId("team-a", "validate-signup", "6f9619ff-8b86-d011-b42d-00c04fc964ff");
    static final Instant NOON = Instant.parse("2026-11-22T12:00:00.250Z");

    private static final VerificationResult CHECKS =
            new VerificationResult(Verdict.FAILED, "c0ffee", List.of(new CommandResult("test", 1, 1200, false)));

    private EventExamples() {}

    static ProgressEvent event(EventData data) {
        return ProgressEvent.of(ProgressEvent.CONTROLLER, TASK, 2, 0, NOON, data);
    }

    static Stream<EventData> all() {
        return Stream.of(
                new EventData.PhaseChanged(Phase.RUNNING, "AttemptStarted", "pod x"),
                new EventData.PhaseChanged(Phase.PENDING, "", ""),
                new EventData.StepStarted("verify", "test"),
                new EventData.StepStarted("clone", ""),
                new EventData.StepFinished("verify", "test", false, 1, 1200, "exit code 1"),
                new EventData.StepFinished("clone", "", true, null, 0, ""),
                new EventData.Log("agent", "one\ntwo", true),
                new EventData.Log("agent", "", false),
                new EventData.Verified(CHECKS),
                new EventData.Verified(new VerificationResult(Verdict.INCOMPLETE, "", List.of())),
                new EventData.Finished(
                        Outcome.FAILED, FailureClass.VERIFICATION, "VerificationFailed", "test failed", "b", "c0", "w"),
                new EventData.Finished(Outcome.SUCCEEDED, null, "", "", "", "", ""),
                new EventData.Checkpoint("refs/agenttask/wip/validate-signup-6f961/1", "c0ffee", 3),
                new EventData.UsageReported(new Usage(1200, 1000, 30, "0.25")),
                new EventData.UsageReported(Usage.NONE),
                new EventData.AgentMessage("All is well.\nDone."),
                new EventData.AgentMessage(""),
                new EventData.AgentTool("Bash", "mvn -q test", false),
                new EventData.AgentTool("", "", null),
                new EventData.Gap(3),
                new EventData.State("team-a", "validate-signup", status()),
                new EventData.State("team-a", "validate-signup", AgentTaskStatus.NONE));
    }

    private static AgentTaskStatus status() {
        var used = new Usage(1200, 1000, 30, "0.25");
        var attempt = new Attempt(
                1,
                "pod",
                NOON,
                NOON,
                5L,
                Outcome.FAILED,
                FailureClass.AGENT,
                "AgentFailed",
                "exit code 1",
                "w",
                "l",
                used);
        return new AgentTaskStatus(
                1L,
                Phase.FAILED,
                List.of(new Condition(Condition.SUCCEEDED, "False", "AgentFailed", "exit code 1", 1L, NOON)),
                new Base("main", "c0ffee"),
                List.of(attempt),
                new Progress("agent", "works", 7L, NOON),
                CHECKS,
                new Result("b", "c0ffee", "b", "what was done", 1, 2, 3),
                used,
                forecast());
    }

    private static Forecast forecast() {
        return new Forecast(
                Forecast.State.COMPARED,
                "c0ffee",
                new Base("main", "c0ffee"),
                2,
                3,
                3,
                1,
                List.of(new Forecast.Conflict("validate-login", "c", List.of("list"), 1)),
                "what to know",
                NOON);
    }
}
