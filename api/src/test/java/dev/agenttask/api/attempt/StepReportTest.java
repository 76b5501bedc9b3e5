package dev.agenttask.api.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Base;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.Usage;
import dev.agenttask.api.VerificationResult.Verdict;
import dev.agenttask.api.attempt.StepReport.Check;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepReportTest {

    /** 16 setup steps and 16 checks. */
    private static final int MOST_CHECKS = 32;

    private static final StepReport FULL = new StepReport(
            FailureClass.VERIFICATION,
            "VerificationFailed",
            "check test exited with 1",
            new Base("main", "a".repeat(40)),
            "b".repeat(40),
            "",
            "refs/agenttask/wip/" + "x".repeat(63) + "-6f961/1",
            Verdict.FAILED,
            Collections.nCopies(16, new Check(1, 1_800_000)),
            10_000,
            1_000_000,
            1_000_000,
            true);

    /** A failed report names no branch: nothing was pushed to it. */
    private static final StepReport LARGEST = new StepReport(
            FailureClass.INFRASTRUCTURE,
            "VerificationIncomplete",
            "",
            new Base("refs/heads/" + "x".repeat(255), "a".repeat(40)),
            "b".repeat(40),
            "",
            "refs/agenttask/wip/" + "x".repeat(63) + "-6f961/11",
            Verdict.INCOMPLETE,
            List.of(),
            200_000,
            1_000_000_000,
            1_000_000_000,
            true,
            new Usage(1_000_000_000_000_000L, 1_000_000_000_000_000L, 1_000_000_000_000_000L, "999999999.999999"));

    @Test
    void a_report_is_read_as_it_was_written() {
        var report = FULL.withMessage("short");

        assertThat(StepReport.parse(report.toTerminationMessage())).contains(report);
    }

    @Test
    void a_message_that_is_too_long_loses_its_end_and_nothing_else() {
        var report = with(FULL, Collections.nCopies(8, new Check(1, 1_800_000)), "é\"\n".repeat(2000));

        var read = written(report);

        assertThat(read.withMessage("")).isEqualTo(report.withMessage(""));
        assertThat(read.message()).startsWith("é\"\n".repeat(50)).endsWith("...");
    }

    @Test
    void a_message_is_cut_between_characters() {
        for (var length = 600; length < 700; length++) {
            var report = StepReport.failure(
                    FailureClass.AGENT, "AgentFailed", "x".repeat(length) + "\ud83d\ude00".repeat(100));
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(report.toTerminationMessage()))
                    .isTrue();
        }
    }

    @Test
    void how_long_checks_took_goes_before_the_beginning_of_the_message() {
        var checks = new ArrayList<>(Collections.nCopies(MOST_CHECKS, new Check(0, 1_800_000)));
        checks.set(30, new Check(null, 600_000));
        checks.set(31, new Check(255, 600_000));

        var read = written(with(FULL, checks, "w".repeat(4000)));

        assertThat(read.message()).startsWith("w".repeat(190));
        assertThat(read.checks()).hasSize(MOST_CHECKS).startsWith(new Check(0, 0));
        assertThat(read.checks()).endsWith(new Check(null, 0), new Check(255, 0));
        assertThat(read.base()).isEqualTo(FULL.base());
    }

    @Test
    void the_most_that_a_task_permits_keeps_reason_verdict_and_the_beginning_of_the_message() {
        var report = with(LARGEST, Collections.nCopies(MOST_CHECKS, new Check(255, 3_600_000)), "w".repeat(4000));

        var read = written(report);

        assertThat(read.message()).startsWith("w".repeat(197));
        assertThat(read.checks()).isEmpty();
        assertThat(with(read, report.checks(), report.message())).isEqualTo(report);
    }

    @Test
    void a_name_of_the_base_that_leaves_no_room_for_a_message_goes() {
        var base = new Base("refs/heads/" + "x".repeat(2000), "a".repeat(40));
        var report = new StepReport(
                FailureClass.AGENT, "NoChange", "m".repeat(4000), base, "", "", "", null, List.of(), 0, 0, 0, false);

        var read = written(report);

        assertThat(read.message()).startsWith("m".repeat(500));
        assertThat(read.base()).isEqualTo(new Base("", "a".repeat(40)));
    }

    private static StepReport written(StepReport report) {
        var text = report.toTerminationMessage();
        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(StepReport.MAX_BYTES);
        return StepReport.parse(text).orElseThrow();
    }

    private static StepReport with(StepReport report, List<Check> checks, String message) {
        return new StepReport(
                report.failureClass(),
                report.reason(),
                message,
                report.base(),
                report.commit(),
                report.branch(),
                report.wipRef(),
                report.verdict(),
                checks,
                report.files(),
                report.insertions(),
                report.deletions(),
                report.logKept(),
                report.usage());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Error: out of memory", "{\"reason\": ", "[]"})
    void what_is_not_a_report_is_no_report(String terminationMessage) {
        assertThat(StepReport.parse(terminationMessage)).isEmpty();
    }

    @Test
    void a_report_without_a_reason_says_that_all_went_well() {
        assertThat(StepReport.NONE.ok()).isTrue();
        assertThat(StepReport.parse("{}")).contains(StepReport.NONE);
        assertThat(StepReport.failure(FailureClass.AGENT, "AgentFailed", "exit code 3")
                        .ok())
                .isFalse();
    }

    @Test
    void usage_takes_little_of_the_message() {
        var text = StepReport.NONE
                .withUsage(new Usage(1_234_567, 1_000_000, 34_567, "12.345678"))
                .toTerminationMessage();

        assertThat(text).contains("[1234567,1000000,34567,\"12.345678\"]");
        assertThat(StepReport.parse(text).orElseThrow().usage())
                .isEqualTo(new Usage(1_234_567, 1_000_000, 34_567, "12.345678"));
    }

    @Test
    void checks_keep_their_order_and_a_missing_exit_code() {
        var report = new StepReport(
                null,
                "",
                "",
                null,
                "",
                "",
                "",
                Verdict.FAILED,
                List.of(new Check(0, 5), new Check(null, 9)),
                0,
                0,
                0,
                false);

        assertThat(StepReport.parse(report.toTerminationMessage()).orElseThrow().checks())
                .containsExactly(new Check(0, 5), new Check(null, 9));
    }
}
