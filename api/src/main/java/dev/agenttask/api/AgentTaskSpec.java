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

/** What a person asks for. Immutable from creation but for {@code suspend}, {@code cancel} and the TTL. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "has(self.prompt) != has(self.promptFrom)",
        message = "give exactly one of prompt and promptFrom")
@ValidationRule(value = "self.repository == oldSelf.repository", message = AgentTaskSpec.IMMUTABLE)
@ValidationRule(
        value = "has(self.prompt) == has(oldSelf.prompt) && (!has(self.prompt) || self.prompt == oldSelf.prompt)",
        message = AgentTaskSpec.IMMUTABLE)
@ValidationRule(
        value = "has(self.promptFrom) == has(oldSelf.promptFrom)"
                + " && (!has(self.promptFrom) || self.promptFrom == oldSelf.promptFrom)",
        message = AgentTaskSpec.IMMUTABLE)
@ValidationRule(value = "self.agent == oldSelf.agent", message = AgentTaskSpec.IMMUTABLE)
@ValidationRule(
        value = "has(self.setup) == has(oldSelf.setup) && (!has(self.setup) || self.setup == oldSelf.setup)",
        message = AgentTaskSpec.IMMUTABLE)
@ValidationRule(
        value = "has(self.verify) == has(oldSelf.verify) && (!has(self.verify) || self.verify == oldSelf.verify)",
        message = AgentTaskSpec.IMMUTABLE)
@ValidationRule(value = "self.delivery == oldSelf.delivery", message = AgentTaskSpec.IMMUTABLE)
@ValidationRule(value = "self.limits == oldSelf.limits", message = AgentTaskSpec.IMMUTABLE)
@ValidationRule(
        value = "has(self.resources) == has(oldSelf.resources)"
                + " && (!has(self.resources) || self.resources == oldSelf.resources)",
        message = AgentTaskSpec.IMMUTABLE)
@ValidationRule(
        value = "has(self.pod) == has(oldSelf.pod) && (!has(self.pod) || self.pod == oldSelf.pod)",
        message = AgentTaskSpec.IMMUTABLE)
@ValidationRule(value = "self.priority == oldSelf.priority", message = AgentTaskSpec.IMMUTABLE)
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
        @JsonPropertyDescription("Seconds after which a finished task is deleted. Not given: it is kept.")
        @Nullable
        Integer ttlSecondsAfterFinished) {

    static final String IMMUTABLE = "is immutable: only suspend, cancel and ttlSecondsAfterFinished may change after"
            + " creation. Create a new AgentTask instead";

    public AgentTaskSpec {
        prompt = Absent.toEmpty(prompt);
        setup = Absent.toEmpty(setup);
        delivery = delivery == null ? Delivery.DEFAULT : delivery;
        limits = limits == null ? Limits.DEFAULT : limits;
    }

    /** The checks to run, in order; empty when the task asks for none. */
    @JsonIgnore
    public List<VerifyCommand> verifyCommands() {
        return verify == null ? List.of() : verify.commands();
    }
}
