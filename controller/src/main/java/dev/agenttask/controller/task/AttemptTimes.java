package dev.agenttask.controller.task;

import dev.agenttask.api.AgentTaskSpec;
import dev.agenttask.api.Durations;
import dev.agenttask.api.SetupStep;
import dev.agenttask.api.VerifyCommand;
import java.time.Duration;
import java.util.stream.Stream;

/** How long the parts of an attempt may take. */
public final class AttemptTimes {

    /** For what has no limit of its own: the image, the clone, the snapshot and the push. */
    private static final Duration UNLIMITED_STEPS = Duration.ofMinutes(30);

    /** How long the clean room may wait for the snapshot, of work that is too large included. */
    static final Duration SNAPSHOT = Duration.ofMinutes(25);

    private AttemptTimes() {}

    /** How long the clean room may take: every setup step and every check. */
    public static Duration verification(AgentTaskSpec spec) {
        var setup = spec.setup().stream().map(SetupStep::timeout);
        var checks = spec.verifyCommands().stream().map(VerifyCommand::timeout);
        return Stream.concat(setup, checks).map(Durations::parse).reduce(Duration.ZERO, Duration::plus);
    }

    /** After how long the kubelet ends the pod, whatever anybody else does. */
    public static Duration pod(AgentTaskSpec spec) {
        return spec.limits().deadlineDuration().plus(verification(spec)).plus(UNLIMITED_STEPS);
    }
}
