package dev.agenttask.e2e.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Attempt;
import dev.agenttask.api.Attempt.Outcome;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Phase;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.e2e.soak.RoundRecord.AgentRun;
import dev.agenttask.e2e.soak.RoundRecord.Commit;
import dev.agenttask.e2e.soak.RoundRecord.SeenPod;
import dev.agenttask.e2e.soak.TopicRecord.Outage;
import dev.agenttask.e2e.soak.Violation.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each check finds what is planted for it, and nothing where nothing is wrong. */
class CheckTest {

    private final CleanRound good = CleanRound.ofGoodTask();
    private final CleanRound bad = CleanRound.ofBadTask();

    @Test
    void nothing_is_found_where_nothing_is_wrong() {
        assertThat(good.violations()).isEmpty();
        assertThat(bad.violations()).isEmpty();
    }

    @Test
    void a_task_that_does_not_end_is_lost() {
        good.finished = false;
        good.phase = Phase.RUNNING;

        assertFound(good, Kind.LOST, "has not ended");
    }

    @Test
    void a_good_task_that_fails_is_lost() {
        good.phase = Phase.FAILED;

        assertFound(good, Kind.LOST, "it must succeed");
    }

    @Test
    void a_bad_task_that_succeeds_is_lost() {
        bad.phase = Phase.SUCCEEDED;

        assertFound(bad, Kind.LOST, "it must fail with AgentFailed");
    }

    @Test
    void a_bad_task_that_fails_for_another_reason_is_lost() {
        bad.attempts.removeLast();
        bad.attempt(2, Outcome.FAILED, FailureClass.AGENT, "AgentFailed", "exited with code 137", "");

        assertFound(bad, Kind.LOST, "it must fail with AgentFailed (\"42\")");
    }

    @Test
    void an_agent_that_was_tried_more_often_than_permitted_is_found() {
        bad.attempt(3, Outcome.FAILED, FailureClass.AGENT, "AgentFailed", "exited with code 42", "");

        assertFound(bad, Kind.LOST, "2 attempts failed by themselves, and it has 1");
    }

    @Test
    void a_failure_of_the_infrastructure_is_right_only_when_every_attempt_was_used() {
        bad.attempts.removeLast();
        bad.pods.removeLast();
        bad.runs.removeLast();
        assertFound(bad, Kind.LOST, "it must fail with AgentFailed");

        for (int number = 2; number <= TaskKind.INFRASTRUCTURE_RETRIES + 1; number++) {
            bad.attempt(number, Outcome.FAILED, FailureClass.INFRASTRUCTURE, "PodDeleted", "", "");
            bad.struck.add(bad.pod(number));
        }
        bad.event(ProgressEvent.CONTROLLER, 11, 99, bad.state());
        assertThat(bad.violations()).isEmpty();
    }

    @Test
    void an_attempt_that_failed_though_nothing_was_done_to_its_pod_is_lost() {
        good.struck.clear();

        assertFound(good, Kind.LOST, "attempt 1 failed with PodDeleted though nothing was done to its pod");
    }

    @Test
    void an_attempt_without_an_end_in_a_task_that_ended_is_lost() {
        var first = good.attempts.removeFirst();
        good.attempts.addFirst(new Attempt(
                1, first.podName(), first.startedAt(), null, null, null, null, "", "", first.wipRef(), "", null));

        assertFound(good, Kind.LOST, "its attempt 1 has not");
    }

    @Test
    void an_agent_that_ran_twice_in_one_attempt_is_found() {
        good.runs.add(new AgentRun(good.pod(1), "another"));

        assertFound(good, Kind.TWICE, "the agent of attempt 1 ran 2 times");
    }

    @Test
    void an_attempt_with_two_pods_is_found() {
        good.pods.add(new SeenPod(good.plan.name(), good.pod(2), "another"));

        assertFound(good, Kind.TWICE, "attempt 2 had the pods");
    }

    @Test
    void an_attempt_that_the_ledger_does_not_know_is_found() {
        good.pods.add(new SeenPod(good.plan.name(), good.pod(3), "another"));
        assertFound(good, Kind.TWICE, good.pod(3) + " was there");

        good.runs.add(new AgentRun(good.pod(3), "another"));
        assertFound(good, Kind.TWICE, good.pod(3) + " ran the agent");
    }

    @Test
    void numbers_that_are_given_twice_are_found() {
        good.attempts.set(1, good.attempts.getFirst());

        assertFound(good, Kind.TWICE, "numbered [1, 1]");
    }

    @Test
    void an_attempt_beside_another_and_one_after_success_are_found() {
        var second = good.attempts.getLast();
        good.attempts.set(
                0,
                new Attempt(
                        1,
                        good.pod(1),
                        second.startedAt(),
                        second.finishedAt(),
                        10L,
                        Outcome.FAILED,
                        FailureClass.INFRASTRUCTURE,
                        "PodDeleted",
                        "",
                        "",
                        "",
                        null));
        assertFound(good, Kind.TWICE, "attempt 2 began before attempt 1 had ended");

        good.attempt(3, Outcome.SUCCEEDED, null, "Succeeded", "", "");
        assertFound(good, Kind.TWICE, "attempt 3 followed attempt 2, which succeeded");
    }

    @Test
    void success_without_a_run_of_the_agent_is_found() {
        good.runs.removeLast();

        assertFound(good, Kind.LOST, "attempt 2 succeeded, and its agent never ran");
    }

    @Test
    void a_branch_that_is_missing_or_is_not_what_the_status_says_is_lost() {
        good.refs.put("refs/heads/" + good.branch(), "other");
        assertFound(good, Kind.LOST, "and the repository has");

        good.refs.remove("refs/heads/" + good.branch());
        assertFound(good, Kind.LOST, "and the repository has");
    }

    @Test
    void success_without_a_result_is_lost() {
        good.delivered = false;

        assertFound(good, Kind.LOST, "its status names no result");
    }

    @Test
    void a_second_branch_of_a_task_is_found() {
        good.refs.put("refs/heads/" + good.branch() + "-2", "done");

        assertFound(good, Kind.TWICE, "it was delivered as");
    }

    @Test
    void a_branch_of_a_task_that_failed_is_found() {
        bad.refs.put("refs/heads/" + bad.branch(), "done");

        assertFound(bad, Kind.LOST, "it did not succeed, and refs/heads/" + bad.branch() + " is there");
    }

    @Test
    void a_commit_that_is_not_one_on_the_base_is_found() {
        good.commits.put("done", good.commit("other"));

        assertFound(good, Kind.LOST, "not one on the base");
    }

    @Test
    void a_commit_without_the_trailers_of_the_attempt_is_found() {
        good.commits.put("done", new Commit(List.of("base"), "Change the list."));

        assertThat(found(good)).containsOnly(Kind.LOST).hasSize(3);
    }

    @Test
    void salvaged_work_that_is_not_in_the_repository_is_lost() {
        good.refs.remove(good.wipRef(1));

        assertFound(good, Kind.LOST, "attempt 1 names " + good.wipRef(1));
    }

    @Test
    void a_last_state_on_kafka_that_is_not_the_status_is_found() {
        good.phase = Phase.RUNNING;
        good.event(ProgressEvent.CONTROLLER, 2, 10, good.state());
        good.phase = Phase.SUCCEEDED;
        assertFound(good, Kind.LOST, "the last state on Kafka");

        good.entries.clear();
        assertFound(good, Kind.LOST, "Kafka has no state of it");
    }

    @Test
    void what_a_broker_lost_after_the_end_is_not_missed() {
        good.entries.clear();
        good.outages.add(new Outage(CleanRound.START, CleanRound.START.plusSeconds(3600)));

        assertThat(good.violations()).isEmpty();
    }

    @Test
    void a_result_on_kafka_that_the_ledger_contradicts_is_found() {
        good.event(
                ProgressEvent.CONTROLLER,
                1,
                3,
                new EventData.Finished(Outcome.FAILED, FailureClass.AGENT, "AgentFailed", "", "", "", ""));

        assertFound(good, Kind.LOST, "Kafka says of attempt 1");
    }

    @Test
    void two_events_of_one_number_are_found() {
        good.event(ProgressEvent.WORKER, 2, 1, new EventData.StepStarted("agent", ""));

        assertFound(good, Kind.TWICE, "2 events of number 1 of attempt 2");
    }

    @Test
    void a_hole_between_events_is_found_unless_a_gap_event_tells_of_it() {
        good.event(ProgressEvent.WORKER, 2, 5, new EventData.StepStarted("agent", ""));
        assertFound(good, Kind.LOST, "between [1 and 5]");

        good.event(ProgressEvent.WORKER, 2, 6, new EventData.Gap(3));
        assertThat(good.violations()).isEmpty();
    }

    @Test
    void a_hole_is_found_however_large_it_is() {
        good.event(ProgressEvent.WORKER, 2, 1_000_000, new EventData.StepStarted("agent", ""));
        assertFound(good, Kind.LOST, "between [1 and 1000000]");
    }

    @Test
    void success_of_which_the_worker_said_nothing_is_found_unless_the_broker_was_away() {
        good.entries.clear();
        good.event(ProgressEvent.CONTROLLER, 2, 9, good.state());
        assertFound(good, Kind.LOST, "Kafka has no end of a step of attempt 2");

        var begun = good.attempts.getLast().startedAt();
        good.outages.add(new Outage(begun.plusSeconds(1), begun.plusSeconds(2)));
        assertThat(good.violations()).isEmpty();
    }

    @Test
    void events_of_an_attempt_that_the_ledger_does_not_know_are_found() {
        good.event(ProgressEvent.WORKER, 3, 0, new EventData.StepStarted("clone", ""));

        assertFound(good, Kind.TWICE, "Kafka has events of attempt 3");
    }

    private static List<Kind> found(CleanRound round) {
        return round.violations().stream().map(Violation::kind).toList();
    }

    private static void assertFound(CleanRound round, Kind kind, String words) {
        assertThat(round.violations()).anySatisfy(violation -> {
            assertThat(violation.kind()).isEqualTo(kind);
            assertThat(violation.what()).contains(words);
        });
    }
}
