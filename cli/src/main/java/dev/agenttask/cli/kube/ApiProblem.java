package dev.agenttask.cli.kube;

import dev.agenttask.cli.exit.PlatformException;
import dev.agenttask.cli.exit.UsageException;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an error of the API server means to the user.
 *
 * @param server its address
 */
record ApiProblem(String server) {

    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int TOO_LARGE = 413;
    private static final int INVALID = 422;

    /** The exception that says so. */
    RuntimeException of(KubernetesClientException e) {
        if (e.getCode() < BAD_REQUEST) {
            return unanswered(e);
        }
        return switch (e.getCode()) {
            case TOO_LARGE ->
                new UsageException(
                        "This is more than an object in Kubernetes has room for, about 1.5 MiB: split it.", e);
            case BAD_REQUEST, INVALID -> new UsageException(invalid(e), e);
            case UNAUTHORIZED ->
                new PlatformException(
                        "The API server at " + server
                                + " does not accept the credential of this context. Log in again.",
                        e);
            case FORBIDDEN -> new PlatformException("Not permitted: " + words(e), e);
            case NOT_FOUND -> notFound(e);
            default -> new PlatformException("The API server at " + server + " says: " + words(e), e);
        };
    }

    private RuntimeException unanswered(KubernetesClientException e) {
        return new PlatformException(
                "The API server at " + server + " does not answer: " + rootCause(e)
                        + ". Look at the kubeconfig (--kubeconfig, --context), and whether the cluster runs.",
                e);
    }

    /** Whether asking again later may have another answer. */
    static boolean transientProblem(Throwable problem) {
        return !(problem instanceof KubernetesClientException e)
                || e.getCode() < BAD_REQUEST
                || e.getCode() > INVALID && e.getCode() != 501;
    }

    static boolean refused(KubernetesClientException e) {
        return e.getCode() == BAD_REQUEST || e.getCode() == INVALID;
    }

    /** What is wrong with a resource, a sentence for each field. */
    static String invalid(KubernetesClientException e) {
        var causes = Optional.ofNullable(e.getStatus())
                .map(Status::getDetails)
                .map(details -> details.getCauses())
                .orElse(List.of());
        if (causes.isEmpty()) {
            return words(e).replaceFirst("^.*strict decoding error: ", "").replaceFirst("^admission webhook ", "");
        }
        return causes.stream().map(ApiProblem::cause).distinct().collect(Collectors.joining("; "));
    }

    private static String cause(StatusCause cause) {
        var field = cause.getField() == null || cause.getField().equals("<nil>") ? "" : cause.getField() + ": ";
        return field + cause.getMessage();
    }

    private RuntimeException notFound(KubernetesClientException e) {
        if (words(e).startsWith("namespaces ")) {
            return new UsageException(
                    "There is no " + words(e).replaceFirst("namespaces (\\S+) not found.*", "namespace $1")
                            + ". Create it: kubectl create namespace NAME",
                    e);
        }
        if (e.getStatus() == null
                || e.getStatus().getDetails() == null
                || e.getStatus().getDetails().getName() == null) {
            return new PlatformException(
                    "The API server at " + server
                            + " knows no AgentTask or AgentTaskBatch: the operator is not installed there, or an older one.",
                    e);
        }
        return new UsageException("There is no such resource: " + words(e), e);
    }

    private static String words(KubernetesClientException e) {
        return Optional.ofNullable(e.getStatus())
                .map(Status::getMessage)
                .orElseGet(() -> String.valueOf(e.getMessage()));
    }

    private static String rootCause(Throwable e) {
        var cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
