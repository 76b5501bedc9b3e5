package dev.agenttask.controller.task;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Base;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Progress;
import dev.agenttask.api.Result;
import dev.agenttask.api.VerificationResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The status that is being decided on, starting from the recorded one. */
final class StatusDraft {

    private static final int MAX_ATTEMPTS = 32;
    private static final int MAX_MESSAGE = 4096;

    private final AgentTaskStatus recorded;
    private final long generation;
    private final Instant now;
    private final Map<String, Condition> conditions = new LinkedHashMap<>();
    private final List<Attempt> attempts;
    private @Nullable Phase phase;
    private @Nullable Base base;
    private @Nullable Progress progress;
    private @Nullable VerificationResult verification;
    private @Nullable Result result;

    StatusDraft(AgentTaskStatus recorded, long generation, Instant now) {
        this.recorded = recorded;
        this.generation = generation;
        this.now = now;
        this.phase = recorded.phase();
        recorded.conditions().forEach(c -> conditions.put(c.type(), c));
        this.attempts = new ArrayList<>(recorded.attempts());
        this.base = recorded.base();
        this.progress = recorded.progress();
        this.verification = recorded.verification();
        this.result = recorded.result();
    }

    StatusDraft phase(Phase value) {
        phase = value;
        return this;
    }

    StatusDraft yes(String type, String reason, String message) {
        return condition(type, "True", reason, message);
    }

    StatusDraft no(String type, String reason, String message) {
        return condition(type, "False", reason, message);
    }

    StatusDraft unknown(String type, String reason, String message) {
        return condition(type, "Unknown", reason, message);
    }

    StatusDraft base(Optional<Base> value) {
        base = value.orElse(base);
        return this;
    }

    StatusDraft progress(Progress value) {
        progress = value;
        return this;
    }

    StatusDraft withoutProgress() {
        progress = null;
        return this;
    }

    /** Forgets what an attempt before the one that starts has said and done; its entry in the ledger stays. */
    StatusDraft withoutOutcome() {
        verification = null;
        result = null;
        return this;
    }

    StatusDraft verification(Optional<VerificationResult> value) {
        verification = value.orElse(verification);
        return this;
    }

    StatusDraft result(Optional<Result> value) {
        result = value.orElse(result);
        return this;
    }

    /** Adds an attempt, or replaces the one of the same number. The oldest go first when there are too many. */
    StatusDraft attempt(Attempt attempt) {
        attempts.removeIf(a -> a.number() == attempt.number());
        attempts.add(attempt);
        while (attempts.size() > MAX_ATTEMPTS) {
            attempts.removeFirst();
        }
        return this;
    }

    Optional<Attempt> recordedAttempt(int number) {
        return recorded.attempts().stream().filter(a -> a.number() == number).findFirst();
    }

    AgentTaskStatus build() {
        return new AgentTaskStatus(
                generation,
                phase,
                List.copyOf(conditions.values()),
                base,
                List.copyOf(attempts),
                progress,
                verification,
                result);
    }

    /** The time of a transition changes with the status alone, as in Kubernetes' own conditions. */
    private StatusDraft condition(String type, String status, String reason, String message) {
        var since = Optional.ofNullable(conditions.get(type))
                .filter(c -> c.status().equals(status))
                .map(Condition::lastTransitionTime)
                .orElse(now);
        conditions.put(type, new Condition(type, status, reason, cut(message), generation, since));
        return this;
    }

    /** A message that the schema of the status has room for. */
    static String cut(String message) {
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 3) + "...";
    }
}
