package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;

/** What is tried again, and how often. Failures of class Task, such as a wrong input, and cancellations never are. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "duration(self.backoff) >= duration('1s') && duration(self.backoff) <= duration('5m')",
        fieldPath = ".backoff",
        message = "must be between 1s and 5m")
public record Retry(
        @Default("3")
        @Min(0)
        @Max(10)
        @JsonPropertyDescription(
                "How many more attempts there may be after failures of class Infrastructure: an eviction,"
                        + " a lost node, a repository that cannot be reached.")
        int infrastructure,

        @Default("0")
        @Min(0)
        @Max(10)
        @JsonPropertyDescription(
                "How many more attempts there may be after failures of class Agent or Verification. Each"
                        + " may cost as much as the first.")
        int agent,

        @Default("10s")
        @JsonPropertyDescription(
                "How long the first of them waits, such as 30s. Each wait is twice the one before, up to 5m.")
        @Size(max = 32)
        @Pattern(Durations.PATTERN)
        String backoff,

        @Default("false")
        @JsonPropertyDescription(
                "Whether an attempt goes on with the work that the latest one before it left at its salvage ref, if any"
                        + " did, from the same base. Otherwise each starts from a fresh clone.")
        boolean resume) {

    static final Retry DEFAULT = new Retry(3, 0, "10s", false);

    public Retry {
        backoff = backoff == null ? "10s" : backoff;
    }

    /** How long the first further attempt of a class waits. */
    @JsonIgnore
    public Duration backoffDuration() {
        return Durations.parse(backoff);
    }
}
