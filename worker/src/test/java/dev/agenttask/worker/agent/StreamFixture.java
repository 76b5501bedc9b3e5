package dev.agenttask.worker.agent;

import dev.agenttask.api.Agent;
import dev.agenttask.api.Usage;
import dev.agenttask.api.event.EventData;
import dev.agenttask.worker.pod.JsonFile;
import dev.agenttask.worker.pod.UsageRecord;
import dev.agenttask.worker.report.Redactor;
import dev.agenttask.worker.report.Reporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A stream that is followed, what it has told, and its clock. */
final class StreamFixture {

    final List<EventData> events = new ArrayList<>();
    final List<Runnable> later = new ArrayList<>();
    final AtomicLong nanos = new AtomicLong();
    final JsonFile<UsageRecord> file;
    final AgentStream stream;
    final AgentStream.Followed followed;

    StreamFixture(Agent.Output output, Path directory) {
        file = new JsonFile<>(directory.resolve("usage.json"), UsageRecord.class);
        var reporter = new Reporter() {
            @Override
            public void report(EventData event) {
                events.add(event);
            }

            @Override
            public void report(EventData event, Instant at) {
                events.add(event);
            }
        };
        stream = new AgentStream(output, file, reporter, Redactor.of("me", "secret!"), nanos::get, later::add);
        followed = stream.follow();
    }

    StreamFixture print(String... lines) {
        for (var line : lines) {
            var bytes = line.getBytes(StandardCharsets.UTF_8);
            stream.line(bytes, 0, bytes.length, false);
        }
        return this;
    }

    StreamFixture play(String recording) {
        return print(recording(recording));
    }

    static String[] recording(String name) {
        try (var in = StreamFixture.class.getResourceAsStream("/agents/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The time after which usage is told again is over. */
    void wakeUp() {
        var due = List.copyOf(later);
        later.clear();
        due.forEach(Runnable::run);
    }

    List<Usage> toldUsage() {
        return events.stream()
                .filter(EventData.UsageReported.class::isInstance)
                .map(event -> ((EventData.UsageReported) event).usage())
                .toList();
    }

    List<EventData> toldWords() {
        return events.stream()
                .filter(event -> !(event instanceof EventData.UsageReported))
                .toList();
    }
}
