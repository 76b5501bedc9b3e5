package dev.agenttask.controller.task;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Attempt;
import dev.agenttask.api.Base;
import dev.agenttask.api.Forecast;
import dev.agenttask.api.Phase;
import dev.agenttask.api.Progress;
import dev.agenttask.api.Result;
import dev.agenttask.api.Usage;
import dev.agenttask.api.VerificationResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The status that is being decided on, starting from the recorded one. */
final class StatusDraft {

    private static final int MAX_ATTEMPTS = 32;

    private final AgentTaskStatus recorded;
    private final long generation;
    private final Conditions conditions;
    private final List<Attempt> attempts;
    private @Nullable Phase phase;
    private @Nullable Base base;
    private @Nullable Progress progress;
    private @Nullable VerificationResult verification;
    private @Nullable Result result;
    private @Nullable Forecast forecast;

    StatusDraft(AgentTaskStatus recorded, long generation, Instant now) {
        this.recorded = recorded;
        this.generation = generation;
        this.phase = recorded.phase();
        this.conditions = new Conditions(recorded.conditions(), generation, now);
        this.attempts = new ArrayList<>(recorded.attempts());
        this.base = recorded.base();
        this.progress = recorded.progress();
        this.verification = recorded.verification();
        this.result = recorded.result();
        this.forecast = recorded.forecast();
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
        forecast = null;
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

    StatusDraft forecast(Forecast value) {
        forecast = value;
        return this;
    }

    /**
     * Adds an attempt, or replaces the one of the same number. When there are too many, the oldest that was cancelled goes
     * first: those that failed are what further attempts are counted by.
     */
    StatusDraft attempt(Attempt attempt) {
        attempts.removeIf(a -> a.number() == attempt.number());
        attempts.add(attempt);
        while (attempts.size() > MAX_ATTEMPTS) {
            attempts.remove(attempts.stream()
                    .limit(MAX_ATTEMPTS)
                    .filter(a -> a.outcome() == Attempt.Outcome.CANCELLED)
                    .findFirst()
                    .orElse(attempts.getFirst()));
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
                conditions.list(),
                base,
                List.copyOf(attempts),
                progress,
                verification,
                result,
                usage().orElse(null),
                forecast);
    }

    private Optional<Usage> usage() {
        return attempts.stream()
                .flatMap(attempt -> Optional.ofNullable(attempt.usage()).stream())
                .reduce(Usage::plus);
    }

    private StatusDraft condition(String type, String status, String reason, String message) {
        conditions.set(type, status, reason, message);
        return this;
    }
}
