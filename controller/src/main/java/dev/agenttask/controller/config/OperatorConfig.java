package dev.agenttask.controller.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What can be configured, as properties {@code agenttask.*} or environment variables {@code AGENTTASK_*}. {@link
 * Settings} checks it and turns it into the records that the rest of the controller knows.
 */
@ConfigMapping(prefix = "agenttask")
public interface OperatorConfig {

    /** What this process is for. */
    @WithDefault("run")
    Mode mode();

    /** Image of the trusted containers. */
    String workerImage();

    /** Image of the sandbox and the clean room, for tasks that name none. */
    String agentImage();

    /** How many tasks run at once. */
    @WithDefault("10")
    int maxRunning();

    /** How many tasks of one namespace run at once; 0 is no bound of its own. */
    @WithDefault("0")
    int maxRunningPerNamespace();

    /** The namespaces to work in; not given, it is all of them. */
    Optional<Set<String>> namespaces();

    /** Where the pods may connect to: a YAML list of egress rules as in a NetworkPolicy. */
    @WithDefault("/etc/agenttask/config/egress.yaml")
    Path egressFile();

    /** How often progress is written to a status at most. */
    @WithDefault("10s")
    Duration progressInterval();

    /** How often the work of a running agent is pushed to its salvage ref, if it has changed. */
    @WithDefault("5m")
    Duration checkpointInterval();

    /** How many tasks are worked on at once; a task never waits for another one's requests. */
    @WithDefault("8")
    int reconcileThreads();

    Forecast forecast();

    Election leaderElection();

    Kafka kafka();

    Git git();

    Pods pod();

    Timeouts timeout();

    /** What a process is for. */
    enum Mode {
        /** To work on tasks, for as long as it leads. */
        RUN,
        /** To let go of what the operator holds, once no other process leads, and to end. */
        UNINSTALL
    }

    /** The forecast of conflicts between delivered results. */
    interface Forecast {

        /** Whether results are compared. */
        @WithDefault("true")
        boolean enabled();

        /** How long no result was delivered before those that there are are compared, while others are on their way. */
        @WithDefault("30s")
        Duration delay();
    }

    /** The election of the replica that works. Lease, namespace and identity are given by the chart. */
    interface Election {

        /** Name of the Lease. */
        @WithDefault("agenttask")
        String lease();

        /** Namespace of the Lease: the operator's own. */
        @WithDefault("default")
        String namespace();

        /** Who this replica is. Two of one name would both work. */
        @WithDefault("${HOSTNAME:controller}")
        String identity();

        /** For how long nobody takes over from a leader that is not heard of. */
        @WithDefault("15s")
        Duration leaseDuration();

        /** After which a leader stops that could not renew its lease. */
        @WithDefault("10s")
        Duration renewDeadline();

        /** How often the lease is renewed, or looked at. */
        @WithDefault("2s")
        Duration retryPeriod();
    }

    /** Kafka. */
    interface Kafka {

        /** A folder with {@code controller.properties} and {@code worker.properties}; without them Kafka is not used. */
        @WithDefault("/etc/agenttask/kafka")
        Path settings();

        /** The topic for progress events. */
        @WithDefault("agenttask.progress")
        String progressTopic();

        /** The compacted topic for the state of each task. */
        @WithDefault("agenttask.state")
        String stateTopic();
    }

    /** The commits. */
    interface Git {

        /** Who the commits say wrote them. */
        @WithDefault("AgentTask")
        String authorName();

        /** The address that goes with it. */
        @WithDefault("agenttask@localhost")
        String authorEmail();
    }

    /** The pods of attempts. */
    interface Pods {

        /** Fields of {@code spec.pod} that tasks may use. */
        @WithDefault("nodeSelector,imagePullSecrets")
        Optional<Set<String>> allowedFields();

        /** Prefixes that labels of tasks' pods may have. */
        Optional<Set<String>> labelPrefixes();

        /** Prefixes that annotations of tasks' pods may have. */
        Optional<Set<String>> annotationPrefixes();

        /** Resources of the sandbox and the clean room, as far as a task names none. */
        @WithDefault("requests.cpu=500m,requests.memory=1Gi,limits.cpu=2,limits.memory=4Gi")
        String sandboxResources();

        /** Resources of the sidecar. */
        @WithDefault("requests.cpu=50m,requests.memory=128Mi,limits.cpu=1,limits.memory=512Mi")
        String workerResources();

        /** Resources of clone and deliver. */
        @WithDefault("requests.cpu=100m,requests.memory=256Mi,limits.cpu=2,limits.memory=1Gi")
        String gitResources();

        /** Bound of each home directory. */
        @WithDefault("5Gi")
        String homeSize();

        /** Bound of each {@code /tmp}. */
        @WithDefault("5Gi")
        String tmpSize();

        /** What a pod gets between SIGTERM and SIGKILL: the time in which work is salvaged. At least 30 seconds. */
        @WithDefault("60s")
        Duration grace();
    }

    /** How long what does not go on is waited for. */
    interface Timeouts {

        /** A ConfigMap with the prompt may be missing for this long. */
        @WithDefault("10m")
        Duration prompt();

        /** An image may fail to be pulled for this long. */
        @WithDefault("5m")
        Duration imagePull();

        /** No node may have room for a pod for this long. */
        @WithDefault("10m")
        Duration scheduling();

        /** A pod may make no step for this long. */
        @WithDefault("10m")
        Duration start();
    }
}
