package dev.agenttask.e2e.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.api.event.EventData;
import dev.agenttask.api.event.ProgressEvent;
import dev.agenttask.e2e.soak.TopicRecord.Entry;
import dev.agenttask.e2e.soak.TopicRecord.Outage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopicRecordTest {

    private static final ProgressEvent STATE = ProgressEvent.of(
            ProgressEvent.CONTROLLER,
            new TaskId("soak", "a", "uid"),
            1,
            3,
            Instant.EPOCH,
            new EventData.State("soak", "a", AgentTaskStatus.NONE));
    private static final Entry TOLD = new Entry("uid", Optional.of(STATE));
    private static final Entry TOMBSTONE = new Entry("uid", Optional.empty());

    @Test
    void a_line_of_the_consumer_is_an_event_or_a_tombstone() {
        var json = new String(STATE.toJson(), StandardCharsets.UTF_8);

        assertThat(Entry.parse("uid\t" + json)).contains(TOLD);
        assertThat(Entry.parse("uid\tnull")).contains(TOMBSTONE);
        assertThat(Entry.parse("Processed a total of 3 messages")).isEmpty();
    }

    @Test
    void a_task_is_remembered_until_its_tombstone_or_the_loss_of_the_topic() {
        var told = TopicRecord.EMPTY.and(List.of(TOLD));

        assertThat(told.remembers("uid")).isTrue();
        assertThat(told.and(List.of()).remembers("uid")).isTrue();
        assertThat(told.and(List.of(TOMBSTONE)).remembers("uid")).isFalse();
        var lost = told.and(new Outage(Instant.EPOCH, Instant.MAX));
        assertThat(lost.remembers("uid")).isFalse();
        assertThat(lost.states("uid")).hasSize(1);
    }

    @Test
    void what_is_read_twice_is_there_once() {
        assertThat(TopicRecord.EMPTY.and(List.of(TOLD)).and(List.of(TOLD)).states("uid"))
                .hasSize(1);
    }
}
