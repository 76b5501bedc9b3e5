package dev.agenttask.cli.kube;

import dev.agenttask.api.AgentTask;
import dev.agenttask.api.CredentialHosts;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * How a task's repository is read.
 *
 * @param username for it; empty without a credential
 * @param password for it; empty without a credential
 */
public record RepositoryAccess(String username, String password) {

    private static final RepositoryAccess ANONYMOUS = new RepositoryAccess("", "");

    /**
     * With the credential that the task names, if the user may read that Secret and its annotation says that it may be sent
     * to the host of the repository; otherwise without one.
     */
    public static RepositoryAccess of(Cluster cluster, AgentTask task) {
        var repository = task.getSpec().repository();
        if (repository.credentialsSecret().isEmpty()) {
            return ANONYMOUS;
        }
        return secret(cluster, task.getMetadata().getNamespace(), repository.credentialsSecret())
                .filter(secret -> CredentialHosts.refusal(
                                secret.getMetadata().getName(), hosts(secret), repository.url())
                        .isEmpty())
                .map(secret -> new RepositoryAccess(value(secret, "username"), value(secret, "password")))
                .orElse(ANONYMOUS);
    }

    /** Whether there is no credential. */
    public boolean anonymous() {
        return password.isEmpty();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "RepositoryAccess[***]";
    }

    private static Optional<Secret> secret(Cluster cluster, String namespace, String name) {
        try {
            return Optional.ofNullable(cluster.client()
                    .secrets()
                    .inNamespace(namespace)
                    .withName(name)
                    .get());
        } catch (KubernetesClientException e) {
            return Optional.empty();
        }
    }

    private static String hosts(Secret secret) {
        return Optional.ofNullable(secret.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(CredentialHosts.ANNOTATION))
                .orElse("");
    }

    private static String value(Secret secret, String key) {
        return Optional.ofNullable(secret.getData())
                .map(data -> data.get(key))
                .map(text -> new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8).stripTrailing())
                .orElse("");
    }
}
