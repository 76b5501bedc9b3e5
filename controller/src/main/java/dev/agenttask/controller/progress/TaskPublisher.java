package dev.agenttask.controller.progress;

import dev.agenttask.api.attempt.AttemptPlan.TaskId;
import dev.agenttask.api.event.EventData;
import java.time.Instant;

/** Tells the world about tasks. It never blocks and never fails: whoever calls it has more important things to do. */
public interface TaskPublisher extends AutoCloseable {

    /** For an operator without Kafka. */
    TaskPublisher NONE = new TaskPublisher() {
        @Override
        public void publish(TaskId task, int attempt, Instant time, EventData data) {
            // nobody listens
        }

        @Override
        public void delete(TaskId task) {
            // nobody listens
        }

        @Override
        public void close() {
            // nothing to close
        }
    };

    /** Says something about a task. */
    void publish(TaskId task, int attempt, Instant time, EventData data);

    /** Says that a task is deleted: its latest state goes away. */
    void delete(TaskId task);

    @Override
    void close();
}
