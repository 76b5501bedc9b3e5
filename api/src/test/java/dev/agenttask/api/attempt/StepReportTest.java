package dev.agenttask.api.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.Base;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.VerificationResult.Verdict;
import dev.agenttask.api.attempt.StepReport.Check;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepReportTest {

    @Test
    void a_message_that_is_too_long_is_cut_between_characters() {
        for (var length = 600; length < 700; length++) {
            var report = StepReport.failure(
                    FailureClass.AGENT, "AgentFailed", "x".repeat(length) + "\ud83d\ude00".repeat(100));
            var message = report.toTerminationMessage();
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(message)).isTrue();
        }
    }

    private static final StepReport FULL = new StepReport(
            FailureClass.VERIFICATION,
            "VerificationFailed",
            "check test exited with 1",
            new Base("main", "a".repeat(40)),
            "b".repeat(40),
            "agenttask/" + "x".repeat(63) + "-6f961",
            "refs/agenttask/wip/" + "x".repeat(63) + "-6f961/1",
            Verdict.FAILED,
            Collections.nCopies(16, new Check(1, 1_800_000)),
            10_000,
            1_000_000,
            1_000_000,
            true);

    @Test
    void a_report_is_read_as_it_was_written() {
        var report = FULL.withMessage("short");

        assertThat(StepReport.parse(report.toTerminationMessage())).contains(report);
    }

    @Test
    void a_message_that_is_too_long_loses_its_end_and_nothing_else() {
        var text = FULL.withMessage("é\"\n".repeat(2000)).toTerminationMessage();

        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(StepReport.MAX_BYTES);
        var read = StepReport.parse(text).orElseThrow();
        assertThat(read.withMessage("")).isEqualTo(FULL.withMessage(""));
    }

    @Test
    void the_largest_report_fits_without_its_message() {
        assertThat(FULL.withMessage("").toTerminationMessage().getBytes(StandardCharsets.UTF_8))
                .hasSizeLessThanOrEqualTo(StepReport.MAX_BYTES);
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
