package dev.agenttask.cli.command;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.batch.AgentTaskBatch;
import dev.agenttask.cli.report.TaskTable;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What people see while tasks run. */
sealed interface ProgressView {

    /** The view that suits where it is written. */
    static ProgressView on(PrintWriter writer, Optional<Terminal.Screen> screen, TaskTable table) {
        return screen.<ProgressView>map(s -> new LiveTable(writer, s, table))
                .orElseGet(() -> new PlainLines(writer, table));
    }

    /** A task is there, or otherwise than before. */
    void changed(AgentTask task);

    /** A task is no more. */
    void deleted(AgentTask task);

    /** A batch is there, or otherwise than before. */
    void changed(AgentTaskBatch batch);

    /** All tasks and batches, as they are now; called often. */
    void show(Collection<AgentTask> tasks, Collection<AgentTaskBatch> batches, Instant now);

    /** Something that has to do with no task. */
    void note(String line);

    /** A line for each task that has come to another phase, step or attempt, and for each batch in another phase. */
    record PlainLines(PrintWriter writer, TaskTable table, Map<String, String> last) implements ProgressView {

        PlainLines(PrintWriter writer, TaskTable table) {
            this(writer, table, new HashMap<>());
        }

        @Override
        public void changed(AgentTask task) {
            var place = TaskTable.place(task);
            if (!place.equals(last.put(task.getMetadata().getUid(), place))) {
                note(table.line(task));
            }
        }

        @Override
        public void deleted(AgentTask task) {
            note(task.getMetadata().getName() + " was deleted");
        }

        @Override
        public void changed(AgentTaskBatch batch) {
            var phase = TaskTable.phase(batch);
            if (!phase.equals(last.put(batch.getMetadata().getUid(), phase))) {
                note(table.line(batch));
            }
        }

        @Override
        public void show(Collection<AgentTask> tasks, Collection<AgentTaskBatch> batches, Instant now) {
            // What changed has been said.
        }

        @Override
        public void note(String line) {
            writer.println(line);
            writer.flush();
        }
    }

    /** A table that is drawn over itself. */
    final class LiveTable implements ProgressView {

        private static final String UP_AND_CLEAR = "\u001b[%dA\r\u001b[J";

        private final PrintWriter writer;
        private final Terminal.Screen screen;
        private final TaskTable table;
        private int drawn;

        LiveTable(PrintWriter writer, Terminal.Screen screen, TaskTable table) {
            this.writer = writer;
            this.screen = screen;
            this.table = table;
        }

        @Override
        public void changed(AgentTask task) {
            // It is drawn with the others.
        }

        @Override
        public void deleted(AgentTask task) {
            // It is not drawn any more.
        }

        @Override
        public void changed(AgentTaskBatch batch) {
            // It is drawn with the tasks.
        }

        @Override
        public void show(Collection<AgentTask> tasks, Collection<AgentTaskBatch> batches, Instant now) {
            var lines = table.fitting(tasks, batches, now, screen.rows(), screen.columns() - 1);
            clear();
            lines.forEach(writer::println);
            writer.flush();
            drawn = lines.size();
        }

        @Override
        public void note(String line) {
            clear();
            writer.println(line);
            writer.flush();
        }

        private void clear() {
            if (drawn > 0) {
                writer.printf(UP_AND_CLEAR, drawn);
                drawn = 0;
            }
        }
    }
}
