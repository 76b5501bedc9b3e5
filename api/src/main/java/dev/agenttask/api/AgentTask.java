package dev.agenttask.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * One piece of work for a coding agent: a repository, a prompt, how to check the result and where to deliver it. The
 * operator runs it in one isolated pod and records the outcome in the status.
 */
@Group(AgentTask.GROUP)
@Version(AgentTask.VERSION)
@Kind("AgentTask")
@Singular("agenttask")
@Plural("agenttasks")
@Categories("all")
@ShortNames("at")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Step", jsonPath = ".status.progress.step")
@AdditionalPrinterColumn(name = "Verified", jsonPath = ".status.conditions[?(@.type==\"Verified\")].status")
@AdditionalPrinterColumn(
        name = "Attempt",
        jsonPath = ".status.attempts[-1:].number",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Result", jsonPath = ".status.result.link")
@AdditionalPrinterColumn(name = "Agent", jsonPath = ".spec.agent.type", priority = 1)
@AdditionalPrinterColumn(name = "Base", jsonPath = ".status.base.commit", priority = 1)
@AdditionalPrinterColumn(name = "Commit", jsonPath = ".status.result.commit", priority = 1)
@AdditionalPrinterColumn(
        name = "Tokens In",
        jsonPath = ".status.usage.inputTokens",
        type = AdditionalPrinterColumn.Type.INTEGER,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Tokens Out",
        jsonPath = ".status.usage.outputTokens",
        type = AdditionalPrinterColumn.Type.INTEGER,
        priority = 1)
@AdditionalPrinterColumn(name = "Cost USD", jsonPath = ".status.usage.costUSD", priority = 1)
@AdditionalPrinterColumn(
        name = "Merges",
        jsonPath = ".status.conditions[?(@.type==\"MergesCleanly\")].status",
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@JsonInclude(JsonInclude.Include.NON_NULL)
public class AgentTask extends CustomResource<AgentTaskSpec, AgentTaskStatus> implements Namespaced {

    public static final String GROUP = "agenttask.dev";
    public static final String VERSION = "v1alpha1";
}
