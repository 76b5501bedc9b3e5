package dev.agenttask.controller.forecast;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Base;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Forecast;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Result;
import dev.agenttask.controller.task.TestTasks;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tasks with results, for tests. */
public final class TestResults {

    public static final Instant START = Instant.parse("2026-01-01T10:00:00Z");
    public static final Base MAIN = new Base("refs/heads/main", "b".repeat(40));

    private TestResults() {}

    /** A task that has delivered, so many seconds after the start. */
    public static AgentTask delivered(String name, int seconds) {
        return delivered(name, seconds, null);
    }

    /** One about whose result something is recorded. */
    public static AgentTask delivered(String name, int seconds, @Nullable Forecast forecast) {
        var task = named(name);
        var finished = new Condition(Condition.FINISHED, "True", "Succeeded", "", 1L, START.plusSeconds(seconds));
        var merges = new Condition(Condition.MERGES_CLEANLY, "True", "NoConflicts", "", 1L, START);
        task.setStatus(new AgentTaskStatus(
                1L,
                Phase.SUCCEEDED,
                forecast == null ? List.of(finished) : List.of(finished, merges),
                MAIN,
                List.of(),
                null,
                null,
                new Result("agenttask/" + name, commit(name), "agenttask/" + name, "", 1, 1, 1),
                null,
                forecast));
        return task;
    }

    /** A task that is at work. */
    public static AgentTask running(String name) {
        var task = named(name);
        task.setStatus(
                new AgentTaskStatus(1L, Phase.RUNNING, List.of(), null, List.of(), null, null, null, null, null));
        return task;
    }

    /** What is recorded of a result that merges. */
    public static Forecast merging(String name, int seconds) {
        return of(name, Forecast.State.COMPARED, seconds, List.of());
    }

    static Forecast of(String name, Forecast.State state, int seconds, List<Forecast.Conflict> conflicts) {
        return new Forecast(
                state, commit(name), MAIN, 1, 1, 2, conflicts.size(), conflicts, "", START.plusSeconds(seconds));
    }

    static String commit(String name) {
        return "%040x".formatted(name.hashCode() & 0xffff);
    }

    private static AgentTask named(String name) {
        var task = TestTasks.stored(
                "repository: {url: \"https://git.example.com/acme/shop.git\"," + " credentialsSecret: shop-git}");
        task.getMetadata().setName(name);
        task.getMetadata().setUid(name + "-uid");
        return task;
    }
}
