package dev.agenttask.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTask;
import dev.agenttask.cli.report.Facts.Happening;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationTest {

    private static final Instant NOW = Instant.parse("2026-01-01T09:03:00Z");

    @Test
    void a_failed_check_is_explained_with_the_checks_and_where_the_work_is() {
        var task = Tasks.failed("fix", "Verification", "VerificationFailed", "The check test failed.");

        assertThat(explain(task))
                .startsWith(
                        "AgentTask shop/fix has Failed. It stays so: to try again is a new task.",
                        "  VerificationFailed: The check test failed.")
                .contains(
                        "  1: failed, VerificationFailed (class Verification) after 80s, pod fix-1-x",
                        "  Read what the checks printed: kubectl agenttask logs fix --namespace shop",
                        "  See the change: kubectl agenttask diff fix --namespace shop",
                        "  Try again: kubectl agenttask retry fix --namespace shop",
                        "  Take what was kept of its work: git fetch https://git.example.com/acme/shop.git"
                                + " refs/agenttask/wip/fix-0123a/1");
    }

    @Test
    void a_running_task_says_what_it_does_and_how_to_see_more() {
        assertThat(explain(Tasks.running("fix")))
                .contains("  It is at step agent: thinking\tabout it", "  1: runs since 2m55s, pod fix-1-x")
                .contains("  See what it does: kubectl agenttask logs fix --namespace shop --follow");
    }

    @Test
    void what_the_agent_used_is_told_as_its_claim() {
        assertThat(explain(Tasks.used("fix")))
                .contains(
                        "  As the agent reported, the model read 1000 tokens, 800 of them from its cache, and wrote 50,"
                                + " for $0.4375.");
    }

    @Test
    void a_success_without_proof_says_so() {
        assertThat(explain(Tasks.succeeded("fix", "Unknown")))
                .contains("  It is unverified: X")
                .contains("  Take it: git fetch https://git.example.com/acme/shop.git agenttask/fix");
    }

    @Test
    void conflicts_with_other_results_are_named() {
        var task = Tasks.task("fix", """
                phase: Succeeded
                conditions:
                - {type: MergesCleanly, status: "False", reason: ConflictForecast, message: "It conflicts.",
                   lastTransitionTime: "2026-01-01T09:01:30Z"}
                result: {branch: agenttask/fix, commit: c, link: agenttask/fix}
                forecast:
                  state: Compared
                  commit: c
                  conflictCount: 2
                  conflicts:
                  - {task: other, branch: agenttask/other, paths: [a, b], pathCount: 7}
                  - {branch: refs/heads/main, paths: [c], pathCount: 1}
                """);

        assertThat(explain(task))
                .containsSequence(
                        "Merging",
                        "  ConflictForecast: It conflicts.",
                        "  conflict with task other, agenttask/other: a, b (7 files in all)",
                        "  conflict with the base, refs/heads/main: c");
    }

    @Test
    void a_queued_task_says_how_many_are_before_it() {
        var task = Tasks.task(
                "fix",
                "phase: Queued\nconditions:\n- {type: Succeeded, status: Unknown, reason: Queued,"
                        + " message: 'Waits for its turn.', lastTransitionTime: '2026-01-01T09:00:05Z'}\n");
        var facts = new Facts(task, List.of(), Optional.empty(), Optional.of(new Facts.Queue(3, 10)), "");

        assertThat(Explanation.of(facts, NOW))
                .contains("AgentTask shop/fix is Queued: it waits for its turn.")
                .anyMatch(line -> line.startsWith("  3 tasks are before it in the queue, and 10 run."));
    }

    @Test
    void a_task_that_nobody_has_seen_asks_for_the_operator() {
        assertThat(explain(Tasks.task("fix", "{}"))).anyMatch(line -> line.contains("See whether an operator runs"));
    }

    @Test
    void events_are_told_oldest_first() {
        var facts = new Facts(
                Tasks.running("fix"),
                List.of(new Happening(NOW.minusSeconds(30), true, "AttemptFailed", "Attempt 1 failed.")),
                Optional.empty(),
                Optional.empty(),
                "");

        assertThat(Explanation.of(facts, NOW)).contains("  30s ago, warning: AttemptFailed: Attempt 1 failed.");
    }

    @ParameterizedTest
    @CsvSource({
        "SecretNotFound, Create the Secret",
        "CredentialNotForHost, Run the command in the message",
        "OutOfMemory, Raise spec.resources.limits.memory",
        "DeadlineExceeded, Raise spec.limits.deadline",
        "NoChange, Make the prompt more exact",
        "PushRefused, See what the forge said",
        "BranchTaken, Name another branch",
        "RefNotFound, Correct spec.repository.ref",
        "SomethingNew, Trying the same again cannot help",
    })
    void every_reason_has_something_to_do(String reason, String words) {
        assertThat(explain(Tasks.failed("fix", "Task", reason, "What happened.")))
                .anyMatch(line -> line.contains(words));
    }

    private static List<String> explain(AgentTask task) {
        return Explanation.of(new Facts(task, List.of(), Optional.empty(), Optional.empty(), " --namespace shop"), NOW);
    }
}
