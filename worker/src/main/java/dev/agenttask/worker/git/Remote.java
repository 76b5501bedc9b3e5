package dev.agenttask.worker.git;

import dev.agenttask.worker.git.RemoteException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;

/** A repository on a server. The credential is sent to the server of the URL and nowhere else: redirects are errors. */
public final class Remote {

    private final String url;
    private final Optional<Credential> credential;
    private final Duration timeout;

    /**
     * A remote repository.
     *
     * @param url with http or https
     * @param credential for that server
     * @param timeout of connecting, and of waiting for more of an answer
     */
    public Remote(String url, Optional<Credential> credential, Duration timeout) {
        this.url = url;
        this.credential = credential;
        this.timeout = timeout;
    }

    /** The address, without a credential. */
    public String url() {
        return url;
    }

    /** What is done with a connection. */
    @FunctionalInterface
    interface Use<T> {
        T apply(Transport transport) throws IOException;
    }

    /**
     * Opens a connection on behalf of a repository of ours.
     *
     * @throws RemoteException if the server did not play its part
     * @throws IOException if our repository could not be used
     */
    <T> T connect(Repository ours, Use<T> use) throws RemoteException, IOException {
        var observer = new HttpObserver();
        try (var transport = Transport.open(ours, new URIish(url))) {
            transport.setTimeout((int) timeout.toSeconds());
            credential.ifPresent(c -> transport.setCredentialsProvider(c.provider()));
            if (transport instanceof TransportHttp http) {
                http.setHttpConnectionFactory(observer);
            }
            return use.apply(transport);
        } catch (TransportException e) {
            throw explain(e, observer);
        } catch (NotSupportedException | URISyntaxException e) {
            throw new RemoteException(Kind.UNUSABLE, url + " is not an address of a git repository", e);
        }
    }

    private RemoteException explain(TransportException e, HttpObserver observer) {
        var status = observer.status();
        if (status.isPresent() && status.getAsInt() >= 300) {
            return explainStatus(e, status.getAsInt(), observer.location());
        }
        if (e instanceof NoRemoteRepositoryException) {
            return new RemoteException(Kind.NOT_FOUND, "There is no git repository at " + url + ".", e);
        }
        // JGit's words for an answer that is not git's, such as a page that asks for a login.
        if (String.valueOf(e.getMessage()).contains("received Content-Type")) {
            return new RemoteException(Kind.UNUSABLE, url + " does not answer as a git server: " + e.getMessage(), e);
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathValidatorException || cause instanceof CertPathBuilderException) {
                return new RemoteException(
                        Kind.UNUSABLE, "The certificate of " + url + " is not trusted: " + cause.getMessage() + ".", e);
            }
            var network = explainNetwork(cause);
            if (network.isPresent()) {
                return new RemoteException(Kind.UNREACHABLE, network.get(), e);
            }
        }
        return new RemoteException(Kind.UNREACHABLE, "The connection to " + url + " failed: " + e.getMessage(), e);
    }

    private RemoteException explainStatus(TransportException e, int status, Optional<String> location) {
        return switch (status) {
            case 301, 302, 303, 307, 308 ->
                new RemoteException(
                        Kind.MOVED,
                        url + " redirects to " + location.orElse("another address")
                                + ". Redirects are not followed, so that no credential reaches another host: put the"
                                + " repository's own address into spec.repository.url.",
                        e);
            case 401 -> new RemoteException(Kind.UNAUTHORIZED, refused("does not accept"), e);
            case 403 -> new RemoteException(Kind.FORBIDDEN, refused("gives no permission to"), e);
            case 404, 410 ->
                new RemoteException(
                        Kind.NOT_FOUND,
                        "There is no git repository at " + url
                                + (credential.isPresent()
                                        ? ", or its credential may not see it."
                                        : ", or it is hidden from those without a credential."),
                        e);
            case 408, 425, 429 -> unreachable(e, status);
            default ->
                status >= 500
                        ? unreachable(e, status)
                        : new RemoteException(Kind.UNUSABLE, url + " answered with HTTP status " + status + ".", e);
        };
    }

    private String refused(String verb) {
        return credential.isPresent()
                ? "The server of " + url + " " + verb + " the credential."
                : "The server of " + url + " wants a credential, and the task has none for it.";
    }

    private RemoteException unreachable(TransportException e, int status) {
        return new RemoteException(Kind.UNREACHABLE, url + " answered with HTTP status " + status + ".", e);
    }

    private Optional<String> explainNetwork(Throwable cause) {
        return switch (cause) {
            case UnknownHostException unknown ->
                Optional.of("The host of " + url + " is not known: " + unknown.getMessage() + ".");
            case SocketTimeoutException late ->
                Optional.of(url + " did not answer within " + timeout.toSeconds() + " s.");
            case ConnectException refused -> Optional.of("No connection to " + url + ": " + refused.getMessage() + ".");
            case NoRouteToHostException none -> Optional.of("No connection to " + url + ": " + none.getMessage() + ".");
            case SSLException tls -> Optional.of("No safe connection to " + url + ": " + tls.getMessage() + ".");
            default -> Optional.empty();
        };
    }
}
