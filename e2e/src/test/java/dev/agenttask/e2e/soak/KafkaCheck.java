package dev.agenttask.e2e.soak;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Result;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.e2e.soak.RoundRecord.TaskRecord;
import dev.agenttask.e2e.soak.TopicRecord.Outage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What stands on Kafka does not contradict the ledger, and is whole where the broker was there for it. */
final class KafkaCheck implements Check {

    @Override
    public Stream<Violation> of(RoundRecord round, TaskRecord task) {
        return Stream.of(
                        state(round.topics(), task),
                        results(round.topics(), task),
                        task.status().attempts().stream().flatMap(a -> events(round.topics(), task, a)),
                        strangers(round.topics(), task))
                .flatMap(found -> found);
    }

    /** The last state is the status, unless the broker has lost it since. */
    static Stream<Violation> state(TopicRecord topics, TaskRecord task) {
        var states = topics.states(task.uid());
        var ended = task.status().latestAttempt().map(Attempt::finishedAt).orElse(Instant.EPOCH);
        var lost = topics.outages().stream().map(Outage::to).anyMatch(back -> ended.isBefore(back));
        if (states.isEmpty()) {
            return lost ? Stream.empty() : Check.lost(task, "Kafka has no state of it");
        }
        var last = outline(states.getLast().status());
        var wanted = outline(task.status());
        return last.equals(wanted) || lost
                ? Stream.empty()
                : Check.lost(task, "the last state on Kafka is %s, and the status is %s", last, wanted);
    }

    private static List<Object> outline(AgentTaskStatus status) {
        return List.of(
                Optional.ofNullable(status.phase()),
                Optional.ofNullable(status.result()).map(Result::commit),
                status.attempts().stream()
                        .map(a -> a.number() + " " + a.outcome() + " " + a.reason())
                        .toList());
    }

    /** The controller's word about an attempt is the ledger's. */
    private static Stream<Violation> results(TopicRecord topics, TaskRecord task) {
        return topics.events(task.uid(), ProgressEvent.CONTROLLER).stream()
                .filter(event -> event.data() instanceof EventData.Finished)
                .flatMap(event -> {
                    var said = (EventData.Finished) event.data();
                    var agrees = task.status().attempts().stream()
                            .anyMatch(a -> a.number() == event.attempt()
                                    && a.outcome() == said.outcome()
                                    && a.failureClass() == said.failureClass()
                                    && a.reason().equals(said.reason())
                                    && a.wipRef().equals(said.wipRef()));
                    return agrees
                            ? Stream.empty()
                            : Check.lost(task, "Kafka says of attempt %d: %s", event.attempt(), said);
                });
    }

    private static Stream<Violation> events(TopicRecord topics, TaskRecord task, Attempt attempt) {
        var events = topics.events(task.uid(), ProgressEvent.WORKER).stream()
                .filter(event -> event.attempt() == attempt.number())
                .toList();
        return Stream.concat(numbers(task, attempt, events), whole(topics, task, attempt, events));
    }

    /** Two events of one number were sent by two workers. */
    private static Stream<Violation> numbers(TaskRecord task, Attempt attempt, List<ProgressEvent> events) {
        Map<Long, Long> ofNumber =
                events.stream().collect(Collectors.groupingBy(ProgressEvent::sequence, Collectors.counting()));
        return ofNumber.entrySet().stream()
                .filter(number -> number.getValue() > 1)
                .flatMap(number -> Check.twice(
                        task,
                        "Kafka has %d events of number %d of attempt %d",
                        number.getValue(),
                        number.getKey(),
                        attempt.number()));
    }

    private static Stream<Violation> whole(
            TopicRecord topics, TaskRecord task, Attempt attempt, List<ProgressEvent> events) {
        if (attempt.outcome() != Attempt.Outcome.SUCCEEDED || disturbed(topics, attempt)) {
            return Stream.empty();
        }
        var numbers = events.stream().map(ProgressEvent::sequence).sorted().toList();
        var gaps = events.stream().anyMatch(event -> event.data() instanceof EventData.Gap);
        var holes = Stream.iterate(1, i -> i < numbers.size(), i -> i + 1)
                .filter(i -> numbers.get(i) - numbers.get(i - 1) > 1)
                .map(i -> numbers.get(i - 1) + " and " + numbers.get(i))
                .toList();
        if (events.stream().noneMatch(event -> event.data() instanceof EventData.StepFinished)) {
            return Check.lost(task, "Kafka has no end of a step of attempt %d, which succeeded", attempt.number());
        }
        return holes.isEmpty() || gaps
                ? Stream.empty()
                : Check.lost(task, "Kafka lacks events of attempt %d between %s", attempt.number(), holes);
    }

    private static boolean disturbed(TopicRecord topics, Attempt attempt) {
        var start = Optional.ofNullable(attempt.startedAt()).orElse(Instant.EPOCH);
        var end = Optional.ofNullable(attempt.finishedAt()).orElse(Instant.MAX);
        return topics.outages().stream().anyMatch(outage -> outage.overlaps(start, end));
    }

    /** A worker of an attempt that the ledger does not have. */
    private static Stream<Violation> strangers(TopicRecord topics, TaskRecord task) {
        var known = task.status().attempts().stream().map(Attempt::number).collect(Collectors.toSet());
        return topics.events(task.uid(), ProgressEvent.WORKER).stream()
                .map(ProgressEvent::attempt)
                .distinct()
                .filter(attempt -> !known.contains(attempt))
                .flatMap(attempt -> Check.twice(task, "Kafka has events of attempt %d, the ledger has not", attempt));
    }
}
