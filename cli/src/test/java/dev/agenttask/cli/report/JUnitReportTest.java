package dev.agenttask.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.cli.report.TaskOutcome.Kind;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;

class JUnitReportTest {

    private static final Instant START = Instant.parse("2026-01-01T09:00:00Z");

    @Test
    void a_task_is_a_test_case_with_its_time_and_link() throws Exception {
        var xml = report(FailOn.FAILED, TaskOutcome.of(Tasks.succeeded("good", "True")));

        assertThat(at(xml, "count(//testcase)")).isEqualTo("1");
        assertThat(at(xml, "//testcase/@name")).isEqualTo("good");
        assertThat(at(xml, "//testcase/@classname")).isEqualTo("agenttask.shop");
        assertThat(at(xml, "//testcase/@time")).isEqualTo("90.000");
        assertThat(at(xml, "//property[@name='link']/@value")).isEqualTo("agenttask/good");
        assertThat(at(xml, "count(//failure)")).isEqualTo("0");
        assertThat(at(xml, "/testsuites/testsuite/@tests")).isEqualTo("1");
        assertThat(at(xml, "//testsuite/@timestamp")).isEqualTo("2026-01-01T09:00:00");
    }

    @Test
    void a_failed_task_is_a_failure_with_reason_and_message() throws Exception {
        var xml = report(
                FailOn.FAILED,
                TaskOutcome.of(Tasks.failed(
                        "bad", "Verification", "VerificationFailed", "test <b> & \\u001b[31m exited with 1")));

        assertThat(at(xml, "//failure/@type")).isEqualTo("VerificationFailed");
        assertThat(at(xml, "//failure/@message")).isEqualTo("VerificationFailed: test <b> & \uFFFD[31m exited with 1");
        assertThat(at(xml, "//failure")).contains("kubectl agenttask explain bad --namespace shop");
        assertThat(at(xml, "//testsuite/@failures")).isEqualTo("1");
    }

    @Test
    void an_unverified_success_is_a_failure_only_where_that_is_asked_for() throws Exception {
        var outcome = TaskOutcome.of(Tasks.succeeded("good", "Unknown"));

        assertThat(at(report(FailOn.FAILED, outcome), "count(//failure)")).isEqualTo("0");
        assertThat(at(report(FailOn.UNVERIFIED, outcome), "//failure/@type")).isEqualTo("Unverified");
    }

    @Test
    void a_task_that_has_not_ended_is_an_error() throws Exception {
        var xml = report(FailOn.FAILED, TaskOutcome.of(Tasks.running("slow")));

        assertThat(at(xml, "//error/@type")).isEqualTo("Unfinished");
        assertThat(at(xml, "//testsuite/@errors")).isEqualTo("1");
        assertThat(at(xml, "//testsuite/@failures")).isEqualTo("0");
    }

    @Test
    void a_task_that_was_not_started_because_of_others_is_skipped() throws Exception {
        var waiting = new TaskOutcome(
                "shop", "fix-2", Kind.NOT_STARTED, false, "CanaryFailed", "Not started.", "", Duration.ZERO, "fix");
        var xml = report(FailOn.FAILED, TaskOutcome.of(Tasks.failed("fix-1", "Agent", "NoChange", "nothing")), waiting);

        assertThat(at(xml, "//testcase[@name='fix-2']/skipped/@message")).isEqualTo("CanaryFailed: Not started.");
        assertThat(at(xml, "//testcase[@name='fix-2']/system-out"))
                .isEqualTo("kubectl agenttask explain atb/fix --namespace shop");
        assertThat(at(xml, "//testsuite/@skipped")).isEqualTo("1");
        assertThat(at(xml, "//testsuite/@failures")).isEqualTo("1");
        assertThat(at(xml, "//testsuite/@tests")).isEqualTo("2");
    }

    @Test
    void failures_are_reported_also_where_they_do_not_count() throws Exception {
        var xml = report(FailOn.NEVER, TaskOutcome.of(Tasks.failed("bad", "Agent", "NoChange", "nothing")));

        assertThat(at(xml, "count(//failure)")).isEqualTo("1");
    }

    private static String report(FailOn failOn, TaskOutcome... outcomes) {
        return new JUnitReport(failOn).of(List.of(outcomes), START);
    }

    private static String at(String xml, String path) throws Exception {
        var document = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        return XPathFactory.newDefaultInstance().newXPath().evaluate(path, document);
    }
}
