package dev.agenttask.cli.report;

import dev.agenttask.api.FailureClass;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a person can do about a reason. The message of the task says what happened; this says what is next. */
final class Advice {

    private static final String RETRY = "kubectl agenttask retry NAME";
    private static final String LOGS = "kubectl agenttask logs NAME";
    private static final String DIFF = "kubectl agenttask diff NAME";

    /** What may be done, with NAME for the task, in order of usefulness. */
    private static final Map<String, List<String>> OF_REASON = Map.ofEntries(
            Map.entry(
                    "InvalidSpec",
                    List.of("Correct the spec, and submit it as a new task: kubectl agenttask submit FILE --new")),
            Map.entry(
                    "SecretNotFound",
                    List.of(
                            "Create the Secret that the message names. A task that still waits goes on by itself; one that has ended: "
                                    + RETRY)),
            Map.entry(
                    "CredentialInvalid",
                    List.of(
                            "Correct the Secret that the message names. A task that still waits goes on by itself; one that has ended: "
                                    + RETRY)),
            Map.entry(
                    "CredentialNotForHost",
                    List.of(
                            "Run the command in the message if the credential may be sent there. Then, if the task has ended: "
                                    + RETRY)),
            Map.entry(
                    "PromptNotFound",
                    List.of("Create the ConfigMap and key that the message names. A task that has ended: " + RETRY)),
            Map.entry("PromptInvalid", List.of("Correct the prompt in the ConfigMap. A task that has ended: " + RETRY)),
            Map.entry(
                    "QuotaExceeded", List.of("Wait, free quota of the namespace, or raise it: kubectl describe quota")),
            Map.entry(
                    "PodRefused",
                    List.of(
                            "Have the admission policy that the message names permit the pod, or change spec.pod and spec.resources.")),
            Map.entry(
                    "PodNameTaken",
                    List.of(
                            "Delete the pod that the message names, if nobody needs it; or submit the task under another name.")),
            Map.entry(
                    "Suspended",
                    List.of(
                            "Let it go on: kubectl patch agenttask NAME --type merge -p '{\"spec\":{\"suspend\":false}}'")),
            Map.entry(
                    "Unschedulable",
                    List.of("Ask for less in spec.resources, or give the cluster room: kubectl describe nodes")),
            Map.entry(
                    "ImagePullBackOff", List.of("Correct the image, or its pull Secret, and submit it as a new task.")),
            Map.entry(
                    "ImagePullFailed", List.of("Correct the image, or its pull Secret, and submit it as a new task.")),
            Map.entry("InvalidImageName", List.of("Correct the image, and submit it as a new task.")),
            Map.entry(
                    "AgentFailed",
                    List.of(
                            "Read what the agent said last: " + LOGS,
                            "See what it had done: " + DIFF,
                            "Try again: " + RETRY)),
            Map.entry(
                    "NoChange",
                    List.of(
                            "Read why the agent changed nothing: " + LOGS,
                            "Make the prompt more exact, and submit it as a new task.")),
            Map.entry("EverythingDeleted", List.of("Read what the agent did: " + LOGS, "Try again: " + RETRY)),
            Map.entry(
                    "SetupFailed",
                    List.of(
                            "Read what the setup step printed: " + LOGS,
                            "Correct spec.setup or the image, and submit it as a new task.")),
            Map.entry("OutOfMemory", List.of("Raise spec.resources.limits.memory, and submit it as a new task.")),
            Map.entry(
                    "DeadlineExceeded",
                    List.of(
                            "See what was done by then: " + DIFF,
                            "Raise spec.limits.deadline or make the task smaller, and submit it as a new task.")),
            Map.entry(
                    "Stalled",
                    List.of(
                            "Read what it printed last: " + LOGS,
                            "If it was right to be silent, raise spec.limits.stall, and submit it as a new task.")),
            Map.entry(
                    "WorkspaceTooLarge",
                    List.of(
                            "Raise spec.limits.workspaceSize, or have the agent write less, and submit it as a new task.")),
            Map.entry(
                    "ResultTooLarge",
                    List.of(
                            "See what was written: " + LOGS,
                            "Have the agent leave out what is not to be committed: .gitignore helps.")),
            Map.entry(
                    "VerificationFailed",
                    List.of("Read what the checks printed: " + LOGS, "See the change: " + DIFF, "Try again: " + RETRY)),
            Map.entry(
                    "VerificationIncomplete", List.of("Read how far the checks came: " + LOGS, "Try again: " + RETRY)),
            Map.entry(
                    "AuthenticationFailed",
                    List.of("Put a credential that works into the Secret that the task names. Then: " + RETRY)),
            Map.entry("RepositoryNotFound", List.of("Correct spec.repository.url, and submit it as a new task.")),
            Map.entry(
                    "RepositoryMoved",
                    List.of("Put the new address into spec.repository.url, and submit it as a new task.")),
            Map.entry("RepositoryUnusable", List.of("Correct spec.repository.url, and submit it as a new task.")),
            Map.entry(
                    "RepositoryUnreachable",
                    List.of(
                            "See that the pods of the namespace reach the host: its name, the network policies, the server.",
                            "When they do: " + RETRY)),
            Map.entry(
                    "RepositoryTooLarge",
                    List.of(
                            "Ask for less history with spec.repository.depth, or have the memory raised that the message names.")),
            Map.entry("RefNotFound", List.of("Correct spec.repository.ref, and submit it as a new task.")),
            Map.entry(
                    "CommitNotFound",
                    List.of(
                            "Correct spec.repository.commit, or raise spec.repository.depth, and submit it as a new task.")),
            Map.entry(
                    "PushRefused",
                    List.of(
                            "See what the forge said in the message: a protected branch or a hook, as a rule. The work is kept: "
                                    + DIFF)),
            Map.entry(
                    "PushForbidden", List.of("Give the credential of spec.delivery the right to push. Then: " + RETRY)),
            Map.entry(
                    "BranchTaken",
                    List.of(
                            "Name another branch in spec.delivery.branch, or delete the one that is there. The work is kept: "
                                    + DIFF)));

    private static final Map<FailureClass, List<String>> OF_CLASS = Map.of(
            FailureClass.INFRASTRUCTURE,
            List.of("This was the platform's failure and may not come again: " + RETRY),
            FailureClass.AGENT,
            List.of("Read what the agent said: " + LOGS, "Try again: " + RETRY),
            FailureClass.VERIFICATION,
            List.of("Read what the checks printed: " + LOGS, "See the change: " + DIFF, "Try again: " + RETRY),
            FailureClass.TASK,
            List.of("Trying the same again cannot help: correct what the message names, and submit it as a new task."),
            FailureClass.CANCELLED,
            List.of("If it is to be done after all: " + RETRY));

    private Advice() {}

    /** What to do about the reason; where nothing is known of it, about its class. */
    static List<String> on(String reason, Optional<FailureClass> failureClass) {
        var own = OF_REASON.get(reason);
        return own != null ? own : failureClass.map(OF_CLASS::get).orElse(List.of());
    }
}
