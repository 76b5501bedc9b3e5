package dev.agenttask.controller.config;

import dev.agenttask.api.attempt.AttemptPlan.Author;
import dev.agenttask.controller.forecast.ForecastRules;
import dev.agenttask.controller.pod.PodSettings;
import dev.agenttask.controller.progress.KafkaSettings;
import dev.agenttask.controller.task.PodPolicy;
import dev.agenttask.controller.task.QueueOrder.Slots;
import dev.agenttask.controller.task.TaskRules;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The operator's configuration after it was checked.
 *
 * @param rules of a task's life
 * @param policy on what tasks may choose about their pods
 * @param pods how pods are made
 * @param slots how many tasks run at once
 * @param namespaces to work in; empty is all
 * @param kafka where progress comes from and goes to; empty if there is no Kafka
 * @param reconcileThreads how many tasks are worked on at once
 * @param forecasts when delivered results are compared
 * @param lease how the replicas agree on the one that works
 */
public record Settings(
        TaskRules rules,
        PodPolicy policy,
        PodSettings pods,
        Slots slots,
        Set<String> namespaces,
        Optional<KafkaSettings> kafka,
        int reconcileThreads,
        ForecastRules forecasts,
        LeaseTerms lease) {

    private static final Duration SHORTEST_GRACE = Duration.ofSeconds(30);

    public Settings {
        namespaces = Set.copyOf(namespaces);
    }

    /**
     * Checks a configuration.
     *
     * @throws InvalidConfigurationException if it has mistakes; the message names each setting and what to write
     */
    public static Settings of(OperatorConfig config) {
        var mistakes = new ArrayList<String>();
        var files = new SettingsFiles(mistakes);
        var kafka = files.kafka(config.kafka());
        var settings = new Settings(
                rules(config, mistakes),
                policy(config.pod(), mistakes),
                pods(config, kafka, files, mistakes),
                slots(config, mistakes),
                config.namespaces().orElse(Set.of()),
                kafka.map(SettingsFiles.KafkaFiles::controller),
                positive("reconcile-threads", config.reconcileThreads(), mistakes),
                new ForecastRules(
                        config.forecast().enabled(),
                        positive("forecast.delay", config.forecast().delay(), mistakes)),
                lease(config.leaderElection(), mistakes));
        if (!mistakes.isEmpty()) {
            throw new InvalidConfigurationException(mistakes);
        }
        return settings;
    }

    /**
     * Checks how replicas agree on the one that works, and nothing else.
     *
     * @throws InvalidConfigurationException if that has mistakes
     */
    public static LeaseTerms lease(OperatorConfig config) {
        var mistakes = new ArrayList<String>();
        var terms = lease(config.leaderElection(), mistakes);
        if (!mistakes.isEmpty()) {
            throw new InvalidConfigurationException(mistakes);
        }
        return terms;
    }

    private static TaskRules rules(OperatorConfig config, List<String> mistakes) {
        var timeout = config.timeout();
        return new TaskRules(
                TaskRules.DEFAULT.inputRetry(),
                positive("timeout.prompt", timeout.prompt(), mistakes),
                positive("timeout.image-pull", timeout.imagePull(), mistakes),
                positive("timeout.scheduling", timeout.scheduling(), mistakes),
                positive("timeout.start", timeout.start(), mistakes),
                positive("progress-interval", config.progressInterval(), mistakes),
                grace(config.pod().grace(), mistakes),
                TaskRules.DEFAULT.slack());
    }

    private static LeaseTerms lease(OperatorConfig.Election election, List<String> mistakes) {
        var terms = new LeaseTerms(
                text("leader-election.namespace", election.namespace(), mistakes),
                text("leader-election.lease", election.lease(), mistakes),
                text("leader-election.identity", election.identity(), mistakes),
                positive("leader-election.lease-duration", election.leaseDuration(), mistakes),
                positive("leader-election.renew-deadline", election.renewDeadline(), mistakes),
                positive("leader-election.retry-period", election.retryPeriod(), mistakes));
        if (terms.renewDeadline().compareTo(terms.duration()) >= 0
                || terms.retry().compareTo(terms.renewDeadline()) >= 0) {
            mistakes.add("agenttask.leader-election: retry-period must be shorter than renew-deadline, and that shorter"
                    + " than lease-duration.");
        }
        return terms;
    }

    private static PodPolicy policy(OperatorConfig.Pods pods, List<String> mistakes) {
        var fields = pods.allowedFields().orElse(Set.of());
        for (var field : fields) {
            if (!PodPolicy.FIELDS.contains(field)) {
                mistakes.add("agenttask.pod.allowed-fields: '" + field + "' is none of "
                        + PodPolicy.FIELDS.stream().sorted().toList() + ".");
            }
        }
        return new PodPolicy(
                fields,
                pods.labelPrefixes().orElse(Set.of()),
                pods.annotationPrefixes().orElse(Set.of()));
    }

    private static PodSettings pods(
            OperatorConfig config,
            Optional<SettingsFiles.KafkaFiles> kafka,
            SettingsFiles files,
            List<String> mistakes) {
        var pods = config.pod();
        return new PodSettings(
                text("worker-image", config.workerImage(), mistakes),
                text("agent-image", config.agentImage(), mistakes),
                resources("pod.sandbox-resources", pods.sandboxResources(), mistakes),
                resources("pod.worker-resources", pods.workerResources(), mistakes),
                resources("pod.git-resources", pods.gitResources(), mistakes),
                quantity("pod.home-size", pods.homeSize(), mistakes),
                quantity("pod.tmp-size", pods.tmpSize(), mistakes),
                new Author(
                        text("git.author-name", config.git().authorName(), mistakes),
                        text("git.author-email", config.git().authorEmail(), mistakes)),
                text("kafka.progress-topic", config.kafka().progressTopic(), mistakes),
                kafka.map(SettingsFiles.KafkaFiles::worker),
                files.egress(config.egressFile()),
                pods.grace(),
                positive("checkpoint-interval", config.checkpointInterval(), mistakes));
    }

    private static Slots slots(OperatorConfig config, List<String> mistakes) {
        if (config.maxRunningPerNamespace() < 0) {
            mistakes.add("agenttask.max-running-per-namespace must be 0, for no bound, or more.");
        }
        return new Slots(
                positive("max-running", config.maxRunning(), mistakes), Math.max(0, config.maxRunningPerNamespace()));
    }

    /** Reads resources as they are written here: {@code requests.cpu=500m,limits.memory=4Gi}. */
    static PodSettings.Resources resources(String name, String text, List<String> mistakes) {
        var requests = new TreeMap<String, Quantity>();
        var limits = new TreeMap<String, Quantity>();
        for (var entry : text.split(",")) {
            var parts = entry.strip().split("=", 2);
            var key = parts[0];
            var value = quantity(name, parts.length == 2 ? parts[1] : "", mistakes);
            if (key.startsWith("requests.")) {
                requests.put(key.substring("requests.".length()), value);
            } else if (key.startsWith("limits.")) {
                limits.put(key.substring("limits.".length()), value);
            } else {
                mistakes.add(
                        "agenttask." + name + ": '" + entry + "' is not like requests.cpu=500m or limits.memory=4Gi.");
            }
        }
        if (!limits.keySet().containsAll(Set.of("cpu", "memory"))) {
            mistakes.add("agenttask." + name + " must limit cpu and memory.");
        }
        return new PodSettings.Resources(requests, limits);
    }

    private static Quantity quantity(String name, String text, List<String> mistakes) {
        try {
            var quantity = Quantity.parse(text.strip());
            if (quantity.getNumericalAmount().signum() > 0) {
                return quantity;
            }
        } catch (IllegalArgumentException e) {
            // said below, with the name of the setting
        }
        mistakes.add("agenttask." + name + ": '" + text + "' is not a positive quantity such as 500m or 4Gi.");
        return Quantity.parse("1");
    }

    private static Duration grace(Duration value, List<String> mistakes) {
        if (value.compareTo(SHORTEST_GRACE) < 0) {
            mistakes.add("agenttask.pod.grace must be " + SHORTEST_GRACE.toSeconds()
                    + "s or more: work cannot be salvaged in less.");
        }
        return value;
    }

    private static String text(String name, String value, List<String> mistakes) {
        if (value.isBlank()) {
            mistakes.add("agenttask." + name + " must not be empty.");
        }
        return value;
    }

    private static int positive(String name, int value, List<String> mistakes) {
        if (value <= 0) {
            mistakes.add("agenttask." + name + " must be more than 0.");
        }
        return value;
    }

    private static Duration positive(String name, Duration value, List<String> mistakes) {
        if (value.isZero() || value.isNegative()) {
            mistakes.add("agenttask." + name + " must be more than 0, such as 10s or 5m.");
        }
        return value;
    }
}
