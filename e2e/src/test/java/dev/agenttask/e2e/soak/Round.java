package dev.agenttask.e2e.soak;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.e2e.GitServer;
import dev.agenttask.e2e.Installation;
import dev.agenttask.e2e.TestNamespace;
import dev.agenttask.e2e.soak.RoundRecord.SeenPod;
import dev.agenttask.e2e.soak.RoundRecord.TaskRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One round: tasks run, things go wrong, and then everybody who knows something is asked. */
final class Round implements AutoCloseable {

    /** Of one moment of the plan. It is passed over when it does not come. */
    private static final Duration MOMENT = Duration.ofSeconds(60);
    /** Of all tasks; they share two processors. */
    private static final Duration SOME_TIME = Duration.ofMinutes(3);

    private static final Duration EACH_TASK = Duration.ofSeconds(10);
    /** What the operator has kept while the broker was away is there by then; a reading takes some seconds of it. */
    private static final Duration KAFKA_CATCHES_UP = Duration.ofSeconds(60);

    private final RoundPlan plan;
    private final Report report;
    private final TestNamespace namespace;
    private final Forge forge;
    private final Recorder recorder;
    private final Sight sight;
    private final Controllers controllers;
    private final Broker broker;
    private final Chaos chaos;
    /** Someone who interrupts the run finds the cluster as it was. */
    private final Thread healing;

    /** Makes a namespace with a git server for the round. */
    Round(Installation installation, RoundPlan plan, Report report) throws Exception {
        this.plan = plan;
        this.report = report;
        namespace = TestNamespace.create(installation.client(), "soak");
        var git = GitServer.deploy(installation, namespace);
        forge = new Forge(git);
        recorder = new Recorder(namespace, git.agentImage());
        sight = new Sight(namespace);
        controllers = new Controllers(installation);
        broker = new Broker(installation);
        chaos = new Chaos(installation, namespace, sight, controllers, broker);
        healing = new Thread(() -> {
            chaos.heal();
            namespace.close();
        });
        Runtime.getRuntime().addShutdownHook(healing);
    }

    /** Makes the round, and returns what was wrong, which has been reported. */
    List<Violation> run() throws Exception {
        report.say(
                "namespace %s, %d tasks, %d strikes",
                namespace.name(), plan.tasks().size(), plan.strikes().size());
        plan.tasks().forEach(task -> namespace.apply(task.name(), forge.spec(task, recorder.url())));
        try {
            for (var strike : plan.strikes()) {
                strike(strike);
            }
        } finally {
            chaos.restore();
        }
        report.say("nothing more goes wrong");
        var limit = SOME_TIME.plus(EACH_TASK.multipliedBy(plan.tasks().size()));
        var all = sight.await(limit, s -> plan.tasks().stream().allMatch(task -> s.ended(task.name())));
        report.say(all ? "all tasks have ended" : "not all tasks have ended after %s more", limit);
        return verdict();
    }

    private void strike(Strike strike) throws Exception {
        var task = plan.tasks().get(strike.task()).name();
        var came = sight.await(MOMENT, s -> s.reached(task, strike.step()));
        report.say("%s%s", strike, came ? "" : " (it never was)");
        report.say("  %s", chaos.strike(strike, plan));
    }

    private List<Violation> verdict() throws Exception {
        var tasks = tasks();
        var repository = forge.repository();
        controllers.keepLogs();
        awaitStates(tasks);
        var left = new Leftovers(namespace).afterDeletion(sight);
        var topics = topics(tasks);
        var record =
                new RoundRecord(namespace.name(), tasks, pods(), recorder.runs(), chaos.struck(), repository, topics);
        var violations = Stream.concat(Check.violations(record).stream(), leftovers(left, record))
                .toList();
        if (!violations.isEmpty()) {
            controllers.keepLogs();
            report.violations(violations, record, sight, controllers, namespace);
        }
        var attempts =
                tasks.stream().mapToInt(t -> t.status().attempts().size()).sum();
        report.say("%d tasks, %d attempts, %d violations", tasks.size(), attempts, violations.size());
        return violations;
    }

    /**
     * Waits until Kafka has the status of each task. The deletion of a task replaces a state of it that waits to be sent, as
     * after an outage. What has not come in time is for the check to tell.
     */
    private void awaitStates(List<TaskRecord> tasks) throws Exception {
        var until = Instant.now().plus(KAFKA_CATCHES_UP);
        while (!told(topics(tasks), tasks) && Instant.now().isBefore(until)) {
            report.say("Kafka has not all states yet");
        }
    }

    private TopicRecord topics(List<TaskRecord> tasks) throws Exception {
        return broker.read(tasks.stream().map(TaskRecord::uid).toList());
    }

    private static boolean told(TopicRecord topics, List<TaskRecord> tasks) {
        return tasks.stream()
                .allMatch(task -> KafkaCheck.state(topics, task).findAny().isEmpty());
    }

    private List<TaskRecord> tasks() {
        return plan.tasks().stream().map(this::task).toList();
    }

    /** A task that is not there any more has no status, and so it has not ended. */
    private TaskRecord task(TaskPlan task) {
        return sight.task(task.name())
                .map(found -> new TaskRecord(
                        task,
                        found.getMetadata().getUid(),
                        Optional.ofNullable(found.getStatus()).orElse(AgentTaskStatus.NONE)))
                .orElse(new TaskRecord(task, "", AgentTaskStatus.NONE));
    }

    private List<SeenPod> pods() {
        return sight.pods().stream()
                .map(pod -> new SeenPod(
                        Sight.taskOf(pod),
                        pod.getMetadata().getName(),
                        pod.getMetadata().getUid()))
                .toList();
    }

    private static Stream<Violation> leftovers(List<String> left, RoundRecord round) {
        return Stream.concat(
                left.stream().map(what -> new Violation(Violation.Kind.LEFT, "", what)),
                round.tasks().stream()
                        .filter(task -> round.topics().remembers(task.uid()))
                        .map(task -> new Violation(Violation.Kind.LEFT, task.name(), "its state is still on Kafka")));
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(healing);
        sight.close();
        namespace.close();
    }
}
