package dev.agenttask.e2e.soak;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Attempt.Outcome;
import dev.agenttask.api.Base;
import dev.agenttask.api.Condition;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Result;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.e2e.soak.RoundRecord.AgentRun;
import dev.agenttask.e2e.soak.RoundRecord.Commit;
import dev.agenttask.e2e.soak.RoundRecord.Repository;
import dev.agenttask.e2e.soak.RoundRecord.SeenPod;
import dev.agenttask.e2e.soak.RoundRecord.TaskRecord;
import dev.agenttask.e2e.soak.TopicRecord.Entry;
import dev.agenttask.e2e.soak.TopicRecord.Outage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A round in which nothing is wrong: one task, whose first pod was deleted on purpose and whose second attempt did what
 * the kind says. Tests change one thing of it.
 */
final class CleanRound {

    static final String UID = "6a2f0000-0000-0000-0000-000000000000";
    static final String BRANCH = "agenttask/NAME-6a2f0";
    static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    private static final String NAMESPACE = "soak";

    final TaskPlan plan;
    final List<Attempt> attempts = new ArrayList<>();
    final List<SeenPod> pods = new ArrayList<>();
    final List<AgentRun> runs = new ArrayList<>();
    final Set<String> struck = new HashSet<>();
    final Map<String, String> refs = new HashMap<>();
    final Map<String, Commit> commits = new HashMap<>();
    final List<Entry> entries = new ArrayList<>();
    final List<Outage> outages = new ArrayList<>();
    Phase phase = Phase.SUCCEEDED;
    boolean finished = true;
    boolean delivered = true;

    private CleanRound(TaskKind kind) {
        plan = new TaskPlan(0, kind);
        attempt(1, Outcome.FAILED, FailureClass.INFRASTRUCTURE, "PodDeleted", "", wipRef(1));
        struck.add(pod(1));
        refs.put("refs/heads/main", "base");
        refs.put(wipRef(1), "wip");
        event(ProgressEvent.WORKER, 1, 0, new EventData.StepStarted("clone", ""));
    }

    static CleanRound ofGoodTask() {
        var round = new CleanRound(TaskKind.GOOD);
        round.attempt(2, Outcome.SUCCEEDED, null, "Succeeded", "", "");
        round.refs.put("refs/heads/" + round.branch(), "done");
        round.commits.put("done", round.commit("base"));
        round.event(ProgressEvent.WORKER, 2, 0, new EventData.StepStarted("clone", ""));
        round.event(ProgressEvent.WORKER, 2, 1, new EventData.StepFinished("clone", "", true, null, 1, ""));
        round.event(ProgressEvent.CONTROLLER, 2, 9, round.state());
        return round;
    }

    static CleanRound ofBadTask() {
        var round = new CleanRound(TaskKind.AGENT_EXITS);
        round.phase = Phase.FAILED;
        round.attempt(2, Outcome.FAILED, FailureClass.AGENT, "AgentFailed", "exited with code 42", "");
        round.event(ProgressEvent.CONTROLLER, 2, 9, round.state());
        return round;
    }

    String branch() {
        return BRANCH.replace("NAME", plan.name());
    }

    String pod(int attempt) {
        return plan.name() + "-" + attempt + "-0a0a0a0a";
    }

    String wipRef(int attempt) {
        return "refs/agenttask/wip/" + plan.name() + "-6a2f0/" + attempt;
    }

    /** An attempt of ten seconds with a pod and a run of its agent. */
    void attempt(int number, Outcome outcome, FailureClass failureClass, String reason, String message, String wipRef) {
        var from = START.plusSeconds(20L * number);
        attempts.add(new Attempt(
                number,
                pod(number),
                from,
                from.plusSeconds(10),
                10L,
                outcome,
                failureClass,
                reason,
                message,
                wipRef,
                "",
                null));
        pods.add(new SeenPod(plan.name(), pod(number), "uid-of-pod-" + number));
        runs.add(new AgentRun(pod(number), "run-" + number));
    }

    Commit commit(String parent) {
        return new Commit(
                List.of(parent),
                "Change the list.\n\nAgentTask: " + NAMESPACE + "/" + plan.name() + "\nAgentTask-UID: " + UID
                        + "\nAgentTask-Attempt: 2\n");
    }

    void event(String source, int attempt, long sequence, EventData data) {
        var event = ProgressEvent.of(source, new TaskId(NAMESPACE, plan.name(), UID), attempt, sequence, START, data);
        entries.add(new Entry(UID, Optional.of(event)));
    }

    EventData.State state() {
        return new EventData.State(NAMESPACE, plan.name(), status());
    }

    AgentTaskStatus status() {
        var condition = new Condition(Condition.FINISHED, finished ? "True" : "False", "Any", "", 1L, START);
        var result = phase == Phase.SUCCEEDED && delivered ? new Result(branch(), "done", branch(), "", 1, 1, 0) : null;
        return new AgentTaskStatus(
                1L, phase, List.of(condition), new Base("main", "base"), attempts, null, null, result, null, null);
    }

    List<Violation> violations() {
        return Check.violations(new RoundRecord(
                NAMESPACE,
                List.of(new TaskRecord(plan, UID, status())),
                pods,
                runs,
                struck,
                new Repository(refs, commits),
                new TopicRecord(entries, entries, outages)));
    }
}
