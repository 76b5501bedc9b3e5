package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.CredentialHosts;
import dev.agenttask.api.PromptSource.ConfigMapKey;
import dev.agenttask.controller.task.Inputs;
import dev.agenttask.controller.task.Reasons;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks at what an attempt needs from outside its task: one get for each Secret and ConfigMap, and no watch. */
final class InputReader {

    private static final String BASIC_AUTH = "kubernetes.io/basic-auth";
    private static final int MAX_PROMPT = 256 * 1024;

    private final KubernetesClient client;
    private final Duration promptTimeout;

    InputReader(KubernetesClient client, Duration promptTimeout) {
        this.client = client;
        this.promptTimeout = promptTimeout;
    }

    /**
     * What is there and what is missing.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server does not answer
     */
    Inputs read(AgentTask task) {
        var spec = task.getSpec();
        return Stream.of(spec.repository().credentialsSecret(), spec.delivery().credentialsSecret())
                .filter(name -> !name.isEmpty())
                .distinct()
                .map(name -> credential(
                        task.getMetadata().getNamespace(),
                        name,
                        spec.repository().url()))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(() -> prompt(task));
    }

    /** Why the credential cannot be used for that repository; empty if it can. */
    Optional<Inputs> credential(String namespace, String name, String url) {
        var secret = client.secrets().inNamespace(namespace).withName(name).get();
        if (secret == null) {
            return Optional.of(new Inputs.Missing(
                    Reasons.SECRET_NOT_FOUND,
                    "The Secret " + name + " is not in namespace " + namespace + ". The task goes on when it is.",
                    Optional.empty()));
        }
        var data = Optional.ofNullable(secret.getData());
        var complete = BASIC_AUTH.equals(secret.getType())
                && data.filter(d -> d.containsKey("username") && d.containsKey("password"))
                        .isPresent();
        if (!complete) {
            return Optional.of(new Inputs.Missing(
                    Reasons.CREDENTIAL_INVALID,
                    "The Secret " + name + " must be of type " + BASIC_AUTH + " and have username and password.",
                    Optional.empty()));
        }
        return CredentialHosts.refusal(name, hosts(secret), url)
                .map(why -> new Inputs.Refused(Reasons.CREDENTIAL_NOT_FOR_HOST, why));
    }

    private static String hosts(Secret secret) {
        return Optional.ofNullable(secret.getMetadata().getAnnotations())
                .map(a -> a.get(CredentialHosts.ANNOTATION))
                .orElse("");
    }

    private Inputs prompt(AgentTask task) {
        var spec = task.getSpec();
        return spec.promptFrom() == null
                ? new Inputs.Ready(spec.prompt())
                : prompt(task.getMetadata().getNamespace(), spec.promptFrom().configMapKeyRef());
    }

    private Inputs prompt(String namespace, ConfigMapKey key) {
        var map =
                client.configMaps().inNamespace(namespace).withName(key.name()).get();
        var prompt = Optional.ofNullable(map)
                .flatMap(m -> Optional.ofNullable(m.getData()))
                .flatMap(d -> Optional.ofNullable(d.get(key.key())));
        if (prompt.isEmpty()) {
            return new Inputs.Missing(
                    Reasons.PROMPT_NOT_FOUND,
                    "The prompt is not there: the ConfigMap " + key.name() + " with the key " + key.key() + ".",
                    Optional.of(promptTimeout));
        }
        var length = prompt.get().length();
        return prompt.get().isBlank() || length > MAX_PROMPT
                ? new Inputs.Refused(
                        Reasons.PROMPT_INVALID,
                        "The prompt in ConfigMap " + key.name() + " must have between 1 and " + MAX_PROMPT
                                + " characters, and has " + length + ".")
                : new Inputs.Ready(prompt.get());
    }
}
