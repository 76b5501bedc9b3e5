package dev.agenttask.cli.report;

import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * The outcomes as the XML of JUnit: one test case for each task, with the elements that GitHub's and GitLab's readers and
 * Jenkins understand. A task that was not started because of others is skipped: the others are the failures.
 *
 * @see <a href="https://github.com/testmoapp/junitxml">JUnit XML, as tools read it</a>
 */
public final class JUnitReport {

    private static final double MILLIS_PER_SECOND = 1000;

    private final FailOn failOn;

    /** A report in which the tasks fail that fail the whole; with {@link FailOn#NEVER}, those that did not succeed. */
    public JUnitReport(FailOn failOn) {
        this.failOn = failOn == FailOn.NEVER ? FailOn.FAILED : failOn;
    }

    /** The report. Tasks that have not ended are errors. */
    public String of(List<TaskOutcome> outcomes, Instant startedAt) {
        try {
            var text = new StringWriter();
            var xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            newLine(xml);
            xml.writeStartElement("testsuites");
            counts(xml, outcomes);
            newLine(xml);
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", "AgentTasks");
            counts(xml, outcomes);
            xml.writeAttribute(
                    "skipped",
                    Long.toString(outcomes.stream().filter(JUnitReport::skipped).count()));
            xml.writeAttribute(
                    "timestamp",
                    startedAt.truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ""));
            for (var outcome : outcomes) {
                newLine(xml);
                testCase(xml, outcome);
            }
            newLine(xml);
            xml.writeEndElement();
            xml.writeEndElement();
            newLine(xml);
            xml.writeEndDocument();
            return text.toString();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    private void counts(XMLStreamWriter xml, List<TaskOutcome> outcomes) throws XMLStreamException {
        var errors = outcomes.stream().filter(o -> !o.finished()).count();
        var failures = outcomes.stream().filter(this::failed).count();
        var longest = outcomes.stream()
                .map(TaskOutcome::took)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        xml.writeAttribute("tests", Integer.toString(outcomes.size()));
        xml.writeAttribute("failures", Long.toString(failures));
        xml.writeAttribute("errors", Long.toString(errors));
        xml.writeAttribute("time", seconds(longest));
    }

    private void testCase(XMLStreamWriter xml, TaskOutcome outcome) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", "agenttask." + outcome.namespace());
        xml.writeAttribute("name", outcome.name());
        xml.writeAttribute("time", seconds(outcome.took()));
        properties(xml, outcome);
        if (skipped(outcome)) {
            xml.writeEmptyElement("skipped");
            xml.writeAttribute("message", printable(outcome.reason() + ": " + outcome.message()));
        } else if (!outcome.finished()) {
            problem(xml, "error", outcome, "Unfinished", outcome.message());
        } else if (failOn.counts(outcome) && outcome.kind() == TaskOutcome.Kind.SUCCEEDED) {
            problem(xml, "failure", outcome, "Unverified", "The task succeeded, and no check has proved its result.");
        } else if (failOn.counts(outcome)) {
            problem(xml, "failure", outcome, outcome.reason(), outcome.message());
        }
        xml.writeStartElement("system-out");
        xml.writeCharacters(printable(systemOut(outcome)));
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private static boolean skipped(TaskOutcome outcome) {
        return outcome.kind() == TaskOutcome.Kind.NOT_STARTED;
    }

    private boolean failed(TaskOutcome outcome) {
        return outcome.finished() && !skipped(outcome) && failOn.counts(outcome);
    }

    private static void properties(XMLStreamWriter xml, TaskOutcome outcome) throws XMLStreamException {
        xml.writeStartElement("properties");
        property(xml, "verified", Boolean.toString(outcome.verified()));
        if (!outcome.link().isEmpty()) {
            property(xml, "link", outcome.link());
        }
        xml.writeEndElement();
    }

    private static void property(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeEmptyElement("property");
        xml.writeAttribute("name", name);
        xml.writeAttribute("value", printable(value));
    }

    private static void problem(XMLStreamWriter xml, String element, TaskOutcome outcome, String type, String message)
            throws XMLStreamException {
        xml.writeStartElement(element);
        xml.writeAttribute("type", type);
        xml.writeAttribute("message", printable(outcome.reason() + ": " + message));
        xml.writeCharacters(printable(message + "\n" + explain(outcome)));
        xml.writeEndElement();
    }

    private static String systemOut(TaskOutcome outcome) {
        var result = outcome.link().isEmpty() ? "" : "result: " + outcome.link() + "\n";
        return result + explain(outcome);
    }

    private static String explain(TaskOutcome outcome) {
        var what = skipped(outcome) ? "atb/" + outcome.batch() : outcome.name();
        return "kubectl agenttask explain " + what + " --namespace " + outcome.namespace();
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f", duration.toMillis() / MILLIS_PER_SECOND);
    }

    /** Without the characters that no XML may have. */
    private static String printable(String text) {
        return text.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "\uFFFD");
    }

    private static void newLine(XMLStreamWriter xml) throws XMLStreamException {
        xml.writeCharacters("\n");
    }
}
