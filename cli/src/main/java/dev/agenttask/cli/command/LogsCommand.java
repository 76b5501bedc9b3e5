package dev.agenttask.cli.command;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.Attempt;
import dev.agenttask.cli.exit.ExitCode;
import dev.agenttask.cli.exit.PlatformException;
import dev.agenttask.cli.exit.UsageException;
import dev.agenttask.cli.kube.Cluster;
import dev.agenttask.cli.kube.PodLog;
import dev.agenttask.cli.log.KafkaLog;
import dev.agenttask.cli.report.TaskOutcome;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code logs}: what the commands of an attempt printed and what its steps did. */
@Command(
        name = "logs",
        description = {
            "Prints what the commands of an attempt printed and what its steps did, from the beginning, also when its pod is"
                    + " gone: from Kafka if --kafka-config is given, else from the pod, else from the repository."
        })
final class LogsCommand implements Callable<Integer> {

    /** Where the log is read. */
    enum Source {
        AUTO,
        KAFKA,
        POD,
        GIT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    @Parameters(paramLabel = "NAME", description = "The task.")
    private String name = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what comes, to the end of the attempt.")
    private boolean follow;

    @Option(names = "--attempt", paramLabel = "N", description = "Which attempt; 1 is the first. Default: the latest.")
    private Optional<Integer> number = Optional.empty();

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            defaultValue = "auto",
            description = "auto, kafka, pod or git. Default: ${DEFAULT-VALUE}")
    private Source source = Source.AUTO;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            defaultValue = "${AGENTTASK_KAFKA_CONFIG}",
            description =
                    "Settings of a Kafka client that may read the topic: bootstrap.servers and others. Default: the file"
                            + " named by AGENTTASK_KAFKA_CONFIG.")
    private Optional<Path> kafkaConfig = Optional.empty();

    @Option(
            names = "--kafka-topic",
            paramLabel = "NAME",
            defaultValue = "agenttask.progress",
            description = "The topic of progress events. Default: ${DEFAULT-VALUE}")
    private String kafkaTopic = "";

    private final Terminal terminal;

    LogsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        name = ResourceName.ofTask(name);
        if (source == Source.KAFKA && kafkaConfig.isEmpty()) {
            throw new UsageException(
                    "--source kafka needs --kafka-config: a file with bootstrap.servers and what else a client"
                            + " needs.");
        }
        try (var cluster = options.connect()) {
            var task = cluster.task(cluster.namespace(), name);
            if (follow
                    && number.isEmpty()
                    && TaskOutcome.status(task).attempts().isEmpty()) {
                terminal.note("Waiting for the first attempt.");
                task = cluster.await(cluster.namespace(), name, LogsCommand::startedOrOver);
            }
            print(cluster, task, attempt(task));
            return ExitCode.SUCCESS;
        }
    }

    private static boolean startedOrOver(AgentTask task) {
        return !TaskOutcome.status(task).attempts().isEmpty()
                || TaskOutcome.of(task).finished();
    }

    private Attempt attempt(AgentTask task) {
        var attempts = TaskOutcome.status(task).attempts();
        return number.map(n -> attempts.stream().filter(a -> a.number() == n).findFirst())
                .orElseGet(() -> attempts.stream().reduce((first, second) -> second))
                .orElseThrow(() -> new UsageException(number.map(n -> "AgentTask " + name + " has no attempt " + n
                                        + ": it has " + attempts.size() + ".")
                                .orElse("AgentTask " + name + " has had no attempt yet.")
                        + " See: kubectl agenttask explain " + name
                        + options.again(task.getMetadata().getNamespace())));
    }

    private void print(Cluster cluster, AgentTask task, Attempt attempt) {
        switch (source) {
            case KAFKA -> fromKafka(cluster, task, attempt);
            case POD -> fromPod(cluster, task, attempt);
            case GIT -> fromGit(cluster, task, attempt);
            case AUTO -> fromWhereItIs(cluster, task, attempt);
        }
        terminal.out().flush();
    }

    private void fromWhereItIs(Cluster cluster, AgentTask task, Attempt attempt) {
        if (kafkaConfig.isPresent()) {
            try {
                fromKafka(cluster, task, attempt);
                return;
            } catch (PlatformException e) {
                terminal.note(e.getMessage());
            }
        }
        if (new PodLog(cluster).available(task, attempt)) {
            fromPod(cluster, task, attempt);
        } else {
            fromGit(cluster, task, attempt);
        }
    }

    private void fromKafka(Cluster cluster, AgentTask task, Attempt attempt) {
        terminal.note("From Kafka, topic " + kafkaTopic + ":");
        try (var log = KafkaLog.open(kafkaConfig.orElseThrow(), kafkaTopic)) {
            var from = Optional.ofNullable(attempt.startedAt()).orElse(Instant.EPOCH);
            log.read(task.getMetadata().getUid(), attempt.number(), from, () -> runs(cluster, attempt), this::line);
        }
    }

    private boolean runs(Cluster cluster, Attempt attempt) {
        return follow
                && cluster.find(cluster.namespace(), name).stream()
                        .flatMap(task -> TaskOutcome.status(task).attempts().stream())
                        .anyMatch(a -> a.number() == attempt.number() && !a.finished());
    }

    private void fromPod(Cluster cluster, AgentTask task, Attempt attempt) {
        var log = new PodLog(cluster);
        if (!log.available(task, attempt)) {
            throw new UsageException("The pod " + attempt.podName() + " is gone. Try --source git.");
        }
        terminal.note("From pod " + attempt.podName() + ":");
        if (follow) {
            log.follow(task, attempt, this::line);
        } else {
            log.read(task, attempt, this::line);
        }
    }

    private void fromGit(Cluster cluster, AgentTask task, Attempt attempt) {
        if (attempt.logRef().isEmpty()) {
            throw new PlatformException("The log of attempt " + attempt.number() + " is not in the repository: "
                    + (attempt.finished() ? "it could not be pushed, and the pod is gone." : "the attempt runs."));
        }
        var url = task.getSpec().repository().url();
        terminal.note("From " + url + ", " + attempt.logRef() + ":");
        try (var repository = Repositories.of(cluster, task)) {
            var commit = repository.fetch(attempt.logRef(), 1);
            repository
                    .file(commit, "log.txt")
                    .orElseThrow(() -> new PlatformException(attempt.logRef() + " has no log.txt."))
                    .lines()
                    .forEach(this::line);
        }
    }

    private void line(String line) {
        terminal.out().println(line);
        if (follow) {
            terminal.out().flush();
        }
    }
}
