package dev.agenttask.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchExplanationTest {

    private static final Instant NOW = Instant.parse("2026-01-01T09:03:00Z");

    @Test
    void a_batch_in_its_canary_says_what_it_waits_for_and_how_many_are_where() {
        assertThat(explain("canary: 2", """
                phase: Canary
                waiting: 2
                active: 1
                succeeded: 1
                phases: {Running: 1}
                """ + Batches.why("Unknown", "Canary", "1 of 4 tasks succeeded.")))
                .startsWith(
                        "AgentTaskBatch shop/fix is in its canary: the first 2 go first, and the others start when each of"
                                + " these has succeeded.",
                        "  Canary: 1 of 4 tasks succeeded.")
                .contains(
                        "  4 items: 1 succeeded, 0 failed, 0 cancelled, 1 unfinished, 2 not started",
                        "  unfinished: 1 Running",
                        "  Wait for it: kubectl agenttask watch atb/fix --namespace shop",
                        "  Stop it, with the work of its tasks kept: kubectl agenttask cancel atb/fix --namespace shop");
    }

    @Test
    void a_batch_that_failed_says_which_items_did_and_why() {
        assertThat(explain("canary: 0", """
                phase: Failed
                failed: 3
                succeeded: 1
                reasons: {NoChange: 1, AgentFailed: 2}
                problems: [{item: b, task: fix-b, reason: NoChange, message: The agent changed nothing.}]
                """ + Batches.why("False", "ItemsFailed", "1 of 4 tasks succeeded.")))
                .contains(
                        "  not succeeded: 2 AgentFailed, 1 NoChange",
                        "The first of 3 problems",
                        "  b: NoChange: The agent changed nothing.",
                        "  See why the first of them failed: kubectl agenttask explain fix-b --namespace shop",
                        "  See its tasks: kubectl get agenttasks -l agenttask.dev/batch=fix --namespace shop")
                .noneMatch(line -> line.contains("watch"));
    }

    @Test
    void a_batch_names_the_results_that_do_not_merge_and_an_order() {
        assertThat(explain("canary: 0", """
                phase: Succeeded
                forecast:
                  {compared: 3, conflicting: 2, conflictingPairs: 1, mergeOrder: [fix-c, fix-a, fix-b],
                   pairs: [{task: fix-a, with: fix-b, path: src/list}]}
                """))
                .containsSequence(
                        "Conflicts",
                        "  2 of 3 results do not merge with another.",
                        "  fix-a and fix-b: src/list",
                        "  Suggested order of merging: fix-c, fix-a, fix-b");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            phase: Suspended              | is Suspended: a person holds it with spec.suspend.
            phase: Suspended              | kubectl patch agenttaskbatch fix --namespace shop --type merge
            phase: Stopping               | is Stopping: nothing more is started
            phase: Running                | is Running
            {phase: Running, active: 2, waiting: 2} | spec.parallelism is 2: the next starts when one of these has ended
            phase: Succeeded              | has Succeeded: every task did.
            phase: Cancelled              | was Cancelled. It stays so
            {}                            | waits to be seen
            {}                            | See whether an operator runs
            '{phase: Failed, conditions: [{type: Valid, status: "False", reason: InvalidBatch, lastTransitionTime: "2026-01-01T09:01:30Z"}]}' | Correct the items
            """)
    void every_place_of_a_batch_has_something_to_say(String status, String words) {
        assertThat(explain("parallelism: 2", status)).anyMatch(line -> line.contains(words));
    }

    private static List<String> explain(String spec, String status) {
        return BatchExplanation.of(new BatchFacts(Batches.batch(spec, status), List.of(), " --namespace shop"), NOW);
    }
}
