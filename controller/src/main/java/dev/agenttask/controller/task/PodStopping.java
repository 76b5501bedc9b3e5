package dev.agenttask.controller.task;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Ends a pod in three steps: the kubelet is asked to, with the full grace and all statuses kept; if that does nothing
 * the pod is deleted; and if that does nothing either its node counts as lost.
 */
record PodStopping(TaskRules rules, ObservedPod pod) {

    /** What to do now, if anything. */
    Optional<Action> step(Stop stop, Instant now) {
        if (pod.deletedAt().isPresent()) {
            return Optional.empty();
        }
        if (!pod.scheduling().placed()) {
            return Optional.of(new Action.DeletePod(pod.name(), pod.stop().orElse(stop)));
        }
        if (pod.stop().isEmpty()) {
            return Optional.of(new Action.StopPod(pod.name(), stop));
        }
        return pod.stop()
                .filter(s -> !now.isBefore(s.at().plus(patience())))
                .map(s -> new Action.DeletePod(pod.name(), s));
    }

    /** When to look again. */
    Duration nextLook(Instant now) {
        var at = pod.lostAt(rules.slack())
                .or(() -> pod.stop().map(s -> s.at().plus(patience())))
                .orElse(now);
        var wait = Duration.between(now, at).plusMillis(1);
        return wait.compareTo(rules.inputRetry()) < 0 ? rules.inputRetry() : wait;
    }

    private Duration patience() {
        return rules.grace().plus(rules.slack());
    }
}
