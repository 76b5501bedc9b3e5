package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;

/** Bounds of one attempt. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "duration(self.deadline) >= duration('10s') && duration(self.deadline) <= duration('168h')",
        fieldPath = ".deadline",
        message = "must be between 10s and 168h")
@ValidationRule(
        value = "duration(self.stall) >= duration('5s') && duration(self.stall) <= duration('168h')",
        fieldPath = ".stall",
        message = "must be between 5s and 168h")
@ValidationRule(
        value = "quantity(self.workspaceSize).compareTo(quantity('1Mi')) >= 0",
        fieldPath = ".workspaceSize",
        message = "must be at least 1Mi")
public record Limits(
        @Default("1h")
        @JsonPropertyDescription(
                "How long one attempt may take from its start to the end of the agent, such as 45m or 2h."
                        + " Then the agent is stopped and its work salvaged.")
        @Size(max = 32)
        @Pattern(Durations.PATTERN)
        String deadline,

        @Default("10m")
        @JsonPropertyDescription(
                "How long the agent may print nothing while it changes no file of the workspace and uses"
                        + " next to no CPU, such as 5m. Then it counts as stuck, and is stopped with its work salvaged.")
        @Size(max = 32)
        @Pattern(Durations.PATTERN)
        String stall,

        @Default("10Gi")
        @JsonPropertyDescription("How large the clone and what the agent adds to it may grow, such as 500Mi or 10Gi.")
        @Size(max = 32)
        @Pattern("^[1-9][0-9]{0,4}(Ki|Mi|Gi|Ti)$")
        String workspaceSize) {

    static final Limits DEFAULT = new Limits("1h", "10m", "10Gi");

    public Limits {
        deadline = deadline == null ? "1h" : deadline;
        stall = stall == null ? "10m" : stall;
        workspaceSize = workspaceSize == null ? "10Gi" : workspaceSize;
    }

    /** How long one attempt may take up to the end of its agent. */
    @JsonIgnore
    public Duration deadlineDuration() {
        return Durations.parse(deadline);
    }

    /**
     * How large the clone and what the agent adds to it may grow, in bytes.
     *
     * @throws IllegalArgumentException if it is not a size such as 500Mi or 10Gi
     */
    @JsonIgnore
    public long workspaceBytes() {
        var number = Long.parseLong(workspaceSize.substring(0, workspaceSize.length() - 2));
        var power =
                switch (workspaceSize.substring(workspaceSize.length() - 2)) {
                    case "Ki" -> 1;
                    case "Mi" -> 2;
                    case "Gi" -> 3;
                    case "Ti" -> 4;
                    default -> throw new IllegalArgumentException("not a size such as 500Mi or 10Gi: " + workspaceSize);
                };
        return Math.multiplyExact(number, 1L << (10 * power));
    }

    /** How long the agent may show no sign of life. */
    @JsonIgnore
    public Duration stallDuration() {
        return Durations.parse(stall);
    }
}
