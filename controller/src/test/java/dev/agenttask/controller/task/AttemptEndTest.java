package dev.agenttask.controller.task;

import static dev.agenttask.api.attempt.PodLayout.AGENT;
import static dev.agenttask.api.attempt.PodLayout.CLONE;
import static dev.agenttask.api.attempt.PodLayout.DELIVER;
import static dev.agenttask.api.attempt.PodLayout.VERIFY;
import static dev.agenttask.api.attempt.PodLayout.WORKER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.agenttask.api.Base;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.VerificationResult.CommandResult;
import dev.agenttask.api.VerificationResult.Verdict;
import dev.agenttask.controller.task.AttemptOutcome.End;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AttemptEndTest {

    private static final String CHECKS = "verify: {commands: [{name: test, run: a}, {name: lint, run: b}]}";
    private static final TestPods AT_WORK = TestPods.running(AGENT);

    @ParameterizedTest
    @MethodSource
    void every_bad_end_has_a_class_and_a_reason(TestPods pod, FailureClass failureClass, String reason) {
        var end = AttemptEnd.of(pod.pod());
        assertThat(end).isInstanceOf(End.Failure.class);
        assertThat(end.reason()).isEqualTo(reason);
        assertThat(((End.Failure) end).failureClass()).isEqualTo(failureClass);
        assertThat(end.message()).isNotBlank();
    }

    static Stream<Arguments> every_bad_end_has_a_class_and_a_reason() {
        var deadline = report("Agent", "DeadlineExceeded");
        var tooLarge = report("Agent", "WorkspaceTooLarge");
        return Stream.of(
                argumentSet(
                        "clone says why",
                        TestPods.running(CLONE)
                                .ended(CLONE, 1, report("Task", "RefNotFound"))
                                .over("Failed"),
                        FailureClass.TASK,
                        "RefNotFound"),
                argumentSet(
                        "clone was killed",
                        TestPods.running(CLONE)
                                .ended(CLONE, 137, "OOMKilled", "")
                                .over("Failed"),
                        FailureClass.TASK,
                        "OutOfMemory"),
                argumentSet(
                        "clone was killed otherwise",
                        TestPods.running(CLONE).ended(CLONE, 137, "").over("Failed"),
                        FailureClass.INFRASTRUCTURE,
                        "CloneFailed"),
                argumentSet(
                        "deliver needed too much memory",
                        TestPods.running(DELIVER)
                                .ended(DELIVER, 137, "OOMKilled", "")
                                .over("Failed"),
                        FailureClass.TASK,
                        "OutOfMemory"),
                argumentSet("agent failed", AT_WORK.agentFailed().over("Failed"), FailureClass.AGENT, "AgentFailed"),
                argumentSet(
                        "setup failed", agent(71, report("Agent", "SetupFailed")), FailureClass.AGENT, "SetupFailed"),
                argumentSet(
                        "agent failed, and the worker was lost with the work",
                        agent(70, ""),
                        FailureClass.INFRASTRUCTURE,
                        "WorkerLost"),
                argumentSet(
                        "agent out of memory, and the worker was lost with the work",
                        AT_WORK.ended(AGENT, 137, "OOMKilled", "").over("Failed"),
                        FailureClass.INFRASTRUCTURE,
                        "WorkerLost"),
                argumentSet(
                        "agent failed, and the node was lost with the work",
                        AT_WORK.ended(AGENT, 70, "")
                                .disrupted("DeletionByTaintManager")
                                .deletedAt(Instant.EPOCH),
                        FailureClass.INFRASTRUCTURE,
                        "NodeLost"),
                argumentSet("deadline", agent(72, deadline), FailureClass.AGENT, "DeadlineExceeded"),
                argumentSet("workspace too large", agent(72, tooLarge), FailureClass.AGENT, "WorkspaceTooLarge"),
                argumentSet("stopped, and nobody says why", agent(72, ""), FailureClass.INFRASTRUCTURE, "WorkerLost"),
                argumentSet("supervisor failed", agent(73, ""), FailureClass.INFRASTRUCTURE, "SupervisorFailed"),
                argumentSet(
                        "the worker says why it gave the supervisor up",
                        agent(73, report("Infrastructure", "SandboxLost")),
                        FailureClass.INFRASTRUCTURE,
                        "SandboxLost"),
                argumentSet(
                        "last deadline before the agent was started",
                        TestPods.running(CLONE)
                                .because("DeadlineExceeded", "Pod was active on the node longer")
                                .over("Failed"),
                        FailureClass.INFRASTRUCTURE,
                        "AttemptTimedOut"),
                argumentSet("agent killed", agent(137, ""), FailureClass.INFRASTRUCTURE, "StepStopped"),
                argumentSet(
                        "agent out of memory",
                        AT_WORK.ended(AGENT, 137, "OOMKilled", "").told().over("Failed"),
                        FailureClass.AGENT,
                        "OutOfMemory"),
                argumentSet(
                        "a child of the agent out of memory, though the supervisor exited 0",
                        AT_WORK.ended(AGENT, 0, "OOMKilled", "").told().over("Failed"),
                        FailureClass.AGENT,
                        "OutOfMemory"),
                argumentSet(
                        "checks out of memory",
                        TestPods.running(VERIFY)
                                .ended(VERIFY, 0, "OOMKilled", "")
                                .over("Failed"),
                        FailureClass.VERIFICATION,
                        "OutOfMemory"),
                argumentSet(
                        "clean room broke",
                        TestPods.running(VERIFY).ended(VERIFY, 73, "").over("Failed"),
                        FailureClass.INFRASTRUCTURE,
                        "VerifierFailed"),
                argumentSet(
                        "clean room stopped by the worker",
                        TestPods.running(VERIFY)
                                .ended(VERIFY, 72, "")
                                .ended(WORKER, 0, report("Infrastructure", "SnapshotFailed"))
                                .over("Failed"),
                        FailureClass.INFRASTRUCTURE,
                        "SnapshotFailed"),
                argumentSet(
                        "checks failed",
                        delivered(1, report("Verification", "VerificationFailed")),
                        FailureClass.VERIFICATION,
                        "VerificationFailed"),
                argumentSet("no change", delivered(1, report("Agent", "NoChange")), FailureClass.AGENT, "NoChange"),
                argumentSet(
                        "push refused", delivered(1, report("Task", "PushRefused")), FailureClass.TASK, "PushRefused"),
                argumentSet("deliver killed", delivered(137, ""), FailureClass.INFRASTRUCTURE, "DeliverFailed"),
                argumentSet(
                        "deliver ended well and said nothing",
                        delivered(0, ""),
                        FailureClass.INFRASTRUCTURE,
                        "ReportMissing"),
                argumentSet(
                        "evicted",
                        AT_WORK.because("Evicted", "The node was low on resource: memory.")
                                .over("Failed"),
                        FailureClass.INFRASTRUCTURE,
                        "Evicted"),
                argumentSet(
                        "evicted for the size of a volume",
                        AT_WORK.because("Evicted", "Usage of EmptyDir volume \"workspace\" exceeds the limit \"2Gi\".")
                                .disrupted("TerminationByKubelet")
                                .over("Failed"),
                        FailureClass.AGENT,
                        "WorkspaceTooLarge"),
                argumentSet(
                        "drained",
                        AT_WORK.disrupted("EvictionByEvictionAPI")
                                .deletedAt(Instant.EPOCH)
                                .over("Failed"),
                        FailureClass.INFRASTRUCTURE,
                        "Evicted"),
                argumentSet(
                        "preempted",
                        AT_WORK.disrupted("PreemptionByScheduler").over("Failed"),
                        FailureClass.INFRASTRUCTURE,
                        "Preempted"),
                argumentSet(
                        "node lost",
                        AT_WORK.disrupted("DeletionByTaintManager").deletedAt(Instant.EPOCH),
                        FailureClass.INFRASTRUCTURE,
                        "NodeLost"),
                argumentSet(
                        "deleted by someone",
                        AT_WORK.deletedAt(Instant.EPOCH).over("Failed"),
                        FailureClass.INFRASTRUCTURE,
                        "PodDeleted"),
                argumentSet(
                        "last deadline while the agent ran",
                        AT_WORK.because("DeadlineExceeded", "Pod was active on the node longer")
                                .over("Failed"),
                        FailureClass.AGENT,
                        "DeadlineExceeded"),
                argumentSet(
                        "last deadline while the checks ran",
                        TestPods.running(VERIFY)
                                .because("DeadlineExceeded", "Pod was active on the node longer")
                                .over("Failed"),
                        FailureClass.INFRASTRUCTURE,
                        "AttemptTimedOut"),
                argumentSet(
                        "stopped by the operator",
                        AT_WORK.stopped("Cancelled")
                                .because("DeadlineExceeded", "Pod was active on the node longer")
                                .over("Failed"),
                        FailureClass.CANCELLED,
                        "Cancelled"),
                argumentSet(
                        "stopped while it was pushing",
                        TestPods.running(DELIVER)
                                .stopped("Cancelled")
                                .ended(DELIVER, 1, report("Infrastructure", "Interrupted"))
                                .over("Failed"),
                        FailureClass.CANCELLED,
                        "Cancelled"),
                argumentSet(
                        "refused by the node",
                        TestPods.created()
                                .placed()
                                .because("OutOfcpu", "Node didn't have enough cpu")
                                .phase("Failed"),
                        FailureClass.INFRASTRUCTURE,
                        "PodFailed"));
    }

    @Test
    void what_the_sandbox_and_the_clean_room_say_is_never_believed() {
        var forged = report("Task", "Forged");
        var pod = TestPods.running(VERIFY)
                .ended(AGENT, 70, forged)
                .ended(VERIFY, 0, forged)
                .told()
                .over("Failed");
        assertThat(AttemptEnd.of(pod.pod()).reason()).isEqualTo("AgentFailed");
        assertThat(pod.pod().report(AGENT)).isEmpty();
        assertThat(pod.pod().report(VERIFY)).isEmpty();
    }

    @Test
    void the_worker_tells_more_about_a_failing_agent() {
        var end = AttemptEnd.of(AT_WORK.agentFailed().over("Failed").pod());
        assertThat(end.message())
                .startsWith("The agent exited with code 3.")
                .contains("kubectl logs fix-1-abc -c agent");
    }

    @Test
    void work_that_could_not_be_salvaged_is_named_whoever_ended_the_attempt() {
        var report = "{\"failureClass\":\"Infrastructure\",\"reason\":\"Interrupted\","
                + "\"message\":\"The pod was stopped. Its work could not be salvaged: refused\"}";
        var lost = AT_WORK.ended(WORKER, 0, report);
        assertThat(AttemptEnd.of(lost.stopped("Cancelled").over("Failed").pod()).message())
                .isEqualTo("Stopped. The pod was stopped. Its work could not be salvaged: refused");
        assertThat(AttemptEnd.of(lost.disrupted("EvictionByEvictionAPI")
                                .over("Failed")
                                .pod())
                        .message())
                .endsWith("Its work could not be salvaged: refused");
    }

    @ParameterizedTest
    @CsvSource({
        "workspace, spec.limits.workspaceSize",
        "cleanroom, spec.limits.workspaceSize",
        "agent-home, tasks.homeSize",
        "verify-tmp, tasks.tmpSize"
    })
    void the_advice_names_the_setting_of_the_volume_that_was_full(String volume, String setting) {
        var pod = AT_WORK.because("Evicted", "Usage of EmptyDir volume \"" + volume + "\" exceeds the limit \"5Gi\". ")
                .over("Failed");
        assertThat(AttemptEnd.of(pod.pod()).message()).contains(setting);
    }

    @Test
    void names_of_setup_steps_and_checks_are_joined_with_how_they_ended() {
        var spec = TestTasks.stored("setup: [{name: install, run: c}]", CHECKS).getSpec();
        var pod = delivered(1, """
                {"failureClass":"Verification","reason":"VerificationFailed","message":"lint failed",
                "commit":"c0ffee","verdict":"Failed","base":{"ref":"main","commit":"ba5e"},
                "checks":[{"exit":0,"millis":5},{"exit":0,"millis":1000},{"millis":9000}],
                "wipRef":"refs/agenttask/wip/fix/1"}""");
        var outcome = AttemptReading.outcome(spec, pod.pod(), "refs/log");
        var verification = outcome.verification().orElseThrow();
        assertThat(verification.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(verification.commands())
                .containsExactly(
                        new CommandResult("install", 0, 5, false),
                        new CommandResult("test", 0, 1000, false),
                        new CommandResult("lint", null, 9000, true));
        assertThat(outcome.wipRef()).isEqualTo("refs/agenttask/wip/fix/1");
        assertThat(outcome.base()).contains(new Base("main", "ba5e"));
        assertThat(outcome.result()).isEmpty();
    }

    @Test
    void success_without_a_verdict_is_not_believed_where_checks_were_asked_for() {
        var spec = TestTasks.stored(CHECKS).getSpec();
        var outcome = AttemptReading.outcome(
                spec, delivered(0, "{\"commit\":\"c\",\"branch\":\"b\"}").pod(), "refs/log");
        assertThat(outcome.end().reason()).isEqualTo("ReportMissing");
    }

    @Test
    void success_without_a_branch_is_not_believed() {
        var outcome = AttemptReading.outcome(
                TestTasks.stored().getSpec(), delivered(0, "{\"commit\":\"c\"}").pod(), "refs/log");
        assertThat(outcome.end().reason()).isEqualTo("ReportMissing");
    }

    @Test
    void a_result_that_is_not_delivered_is_linked_where_it_is_kept() {
        var spec = TestTasks.stored("delivery: {type: None}").getSpec();
        var outcome = AttemptReading.outcome(
                spec,
                delivered(0, "{\"commit\":\"c\",\"wipRef\":\"refs/agenttask/wip/fix/1\",\"files\":1}")
                        .pod(),
                "refs/log");
        assertThat(outcome.end()).isInstanceOf(End.Success.class);
        assertThat(outcome.result().orElseThrow().link()).isEqualTo("refs/agenttask/wip/fix/1");
        assertThat(outcome.result().orElseThrow().summary()).isEqualTo("1 file changed, +0 -0");
    }

    private static TestPods agent(int exitCode, String workerReport) {
        return AT_WORK.ended(AGENT, exitCode, "").ended(WORKER, 0, workerReport).over("Failed");
    }

    private static TestPods delivered(int exitCode, String report) {
        return TestPods.running(DELIVER).ended(DELIVER, exitCode, report).over(exitCode == 0 ? "Succeeded" : "Failed");
    }

    private static String report(String failureClass, String reason) {
        return "{\"failureClass\":\"" + failureClass + "\",\"reason\":\"" + reason + "\",\"message\":\"Because.\"}";
    }
}
