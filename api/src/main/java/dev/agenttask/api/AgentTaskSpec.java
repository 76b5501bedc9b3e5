package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a person asks for. Immutable from creation but for {@code suspend}, {@code cancel} and the TTL:
 * the generator of the CRD adds a rule for every other field. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "has(self.prompt) != has(self.promptFrom)",
        message = "give exactly one of prompt and promptFrom")
public record AgentTaskSpec(
        @Required
        @JsonPropertyDescription(
                "The repository that the agent works on. Each attempt starts from a fresh clone of it.")
        Repository repository,

        @JsonPropertyDescription(
                "What the agent is to do, in plain words. Exactly one of prompt and promptFrom is given.")
        @Size(min = 1, max = 65536)
        String prompt,

        @JsonPropertyDescription("Where the prompt is read from when it is not given inline.") @Nullable
        PromptSource promptFrom,

        @Required @JsonPropertyDescription("The coding agent: an untrusted program that edits the clone.")
        Agent agent,

        @JsonPropertyDescription(
                "Commands that prepare a checkout, such as installing dependencies. They run in the sandbox"
                        + " before the agent, and in the clean room before the checks.")
        @Size(max = 16)
        List<SetupStep> setup,

        @JsonPropertyDescription(
                "The checks that prove the result. They run in a clean room on exactly the commit that is"
                        + " delivered. Without them the result is delivered unverified, and says so.")
        @Nullable
        Verification verify,

        @Default("{}") @JsonPropertyDescription("Where the result goes.")
        Delivery delivery,

        @Default("{}") @JsonPropertyDescription("Bounds of one attempt.")
        Limits limits,

        @Default("{}") @JsonPropertyDescription("What is tried again, and how often.")
        Retry retry,

        @JsonPropertyDescription(
                "Kubernetes resources of the sandbox, and of the clean room after it. Default: what the"
                        + " operator is configured with.")
        @Nullable
        TaskResources resources,

        @JsonPropertyDescription(
                "Scheduling and metadata of the worker pod. Each field is refused unless the operator's"
                        + " configuration permits it.")
        @Nullable
        PodOptions pod,

        @Default("false")
        @JsonPropertyDescription(
                "Holds a queued task. A running one is stopped with its work salvaged, and queued again when"
                        + " this is lifted.")
        boolean suspend,

        @Default("false")
        @JsonPropertyDescription("Ends the task for good. A running one is stopped with its work salvaged.")
        boolean cancel,

        @Default("0")
        @Min(-1000000)
        @Max(1000000)
        @JsonPropertyDescription("Who leaves the queue first: higher before lower.")
        int priority,

        @Min(0)
        @Max(315360000)
        @JsonPropertyDescription("Seconds after which a finished task is deleted. Not given: it is kept.")
        @Nullable
        Integer ttlSecondsAfterFinished) {

    public AgentTaskSpec {
        prompt = Absent.toEmpty(prompt);
        setup = Absent.toEmpty(setup);
        delivery = delivery == null ? Delivery.DEFAULT : delivery;
        limits = limits == null ? Limits.DEFAULT : limits;
        retry = retry == null ? Retry.DEFAULT : retry;
    }

    /** The checks to run, in order; empty when the task asks for none. */
    @JsonIgnore
    public List<VerifyCommand> verifyCommands() {
        return verify == null ? List.of() : verify.commands();
    }
}
