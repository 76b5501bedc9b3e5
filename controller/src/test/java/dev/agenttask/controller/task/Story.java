package dev.agenttask.controller.task;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Plays the life of one task against the rules: what was decided is what is observed next. */
final class Story {

    static final TaskRules RULES = TaskRules.DEFAULT;

    private final TaskDecider decider = new TaskDecider(RULES, new TaskValidator(PodPolicy.DEFAULT));
    private AgentTask task;
    private Instant now = TestTasks.CREATED;
    private List<ObservedPod> pods = List.of();
    private Inputs inputs = new Inputs.NotLookedAt();
    private Admission admission = new Admission.NotAsked();
    private Optional<LatestProgress> progress = Optional.empty();
    private Decision last = new Decision(List.of(), AgentTaskStatus.NONE, List.of(), Optional.empty());

    Story(String... specLines) {
        task = TestTasks.stored(specLines);
    }

    /** A task whose first attempt was started, and runs. */
    static Story started(String... specLines) {
        var story = new Story(specLines).ready();
        story.decide();
        return story.after(Duration.ofSeconds(2));
    }

    Story ready() {
        inputs = new Inputs.Ready("Make the tests pass.");
        admission = new Admission.Admitted();
        return this;
    }

    Story inputs(Inputs found) {
        inputs = found;
        return this;
    }

    Story admission(Admission answer) {
        admission = answer;
        return this;
    }

    Story progress(LatestProgress latest) {
        progress = Optional.of(latest);
        return this;
    }

    Story pods(TestPods... seen) {
        pods = List.of(seen).stream().map(TestPods::pod).toList();
        return this;
    }

    Story after(Duration duration) {
        now = now.plus(duration);
        return this;
    }

    /** A person changes the spec. */
    Story edited(String... specLines) {
        var changed = TestTasks.stored(specLines);
        changed.getMetadata().setGeneration(task.getMetadata().getGeneration() + 1);
        task = TestTasks.with(changed, task.getStatus());
        return this;
    }

    Story deleted() {
        task.getMetadata().setDeletionTimestamp(now.toString());
        return this;
    }

    /** Decides, and takes the decided status as the recorded one. */
    Decision decide() {
        last = decider.decide(observed(), now);
        task = TestTasks.with(task, last.status());
        return last;
    }

    /** What would be decided on now. */
    Observed observed() {
        return new Observed(task, pods, inputs, admission, progress, Optional.empty());
    }

    /** Decides, and throws away the status as if the write had failed. */
    Decision decideButLoseTheStatus() {
        return decider.decide(observed(), now);
    }

    Instant now() {
        return now;
    }

    AgentTaskStatus status() {
        return last.status();
    }

    Condition condition(String type) {
        return last.status().condition(type).orElseThrow();
    }
}
