package dev.agenttask.worker.git;

import dev.agenttask.api.Texts;
import dev.agenttask.worker.git.RemoteException.Kind;
import dev.agenttask.worker.report.PrintableText;
import dev.agenttask.worker.report.Redactor;
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

/**
 * A repository on a server. The credential is sent to the server of the URL and nowhere else: redirects are errors. What
 * it says about itself and about failures has no secrets, neither of the credential nor of the URL.
 */
public final class Remote {

    private static final int LONGEST_WORDS = 400;

    private final String address;
    private final String url;
    private final Optional<Credential> credential;
    private final Duration timeout;
    private final Redactor redactor;

    /**
     * A remote repository.
     *
     * @param address with http or https
     * @param credential for that server
     * @param timeout of connecting, and of waiting for more of an answer
     */
    public Remote(String address, Optional<Credential> credential, Duration timeout) {
        this.address = address;
        this.url = withoutSecrets(address);
        this.credential = credential;
        this.timeout = timeout;
        this.redactor =
                credential.map(Credential::redactor).orElse(Redactor.NONE).and(Redactor.ofUrl(address));
    }

    /** The address, without a credential and without what follows its path. */
    public String url() {
        return url;
    }

    /** What a server or a library said, on one line that is not too long, without secrets and control characters. */
    public String clean(String words) {
        var line = PrintableText.of(redactor.redact(words).strip().replaceAll("\\s+", " "));
        return Texts.cut(line, LONGEST_WORDS);
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
        try (var transport = Transport.open(ours, new URIish(address))) {
            transport.setTimeout((int) timeout.toSeconds());
            credential.ifPresent(c -> transport.setCredentialsProvider(c.provider()));
            if (transport instanceof TransportHttp http) {
                http.setHttpConnectionFactory(observer);
            }
            return use.apply(transport);
        } catch (TransportException e) {
            throw explain(e, observer);
        } catch (NotSupportedException | URISyntaxException e) {
            throw failure(Kind.UNUSABLE, url + " is not an address of a git repository", e);
        }
    }

    private RemoteException explain(TransportException e, HttpObserver observer) {
        var status = observer.status();
        var words = clean(String.valueOf(e.getMessage()));
        if (status.isPresent() && status.getAsInt() >= 300) {
            return explainStatus(e, status.getAsInt(), observer.location());
        }
        if (e instanceof NoRemoteRepositoryException) {
            return failure(Kind.NOT_FOUND, "There is no git repository at " + url + ".", e);
        }
        // JGit's words for an answer that is not git's, such as a page that asks for a login.
        if (words.contains("received Content-Type")) {
            return failure(Kind.UNUSABLE, url + " does not answer as a git server: " + words, e);
        }
        // And for a server that has received everything and cannot keep it, for want of space as a rule.
        if (words.contains("unpacking on the remote end")) {
            return failure(Kind.UNREACHABLE, "The server of " + url + " cannot store what it was sent: " + words, e);
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathValidatorException || cause instanceof CertPathBuilderException) {
                var why = clean(String.valueOf(cause.getMessage()));
                return failure(Kind.UNUSABLE, "The certificate of " + url + " is not trusted: " + why + ".", e);
            }
            var network = explainNetwork(cause);
            if (network.isPresent()) {
                return failure(Kind.UNREACHABLE, network.get(), e);
            }
        }
        return failure(Kind.UNREACHABLE, "The connection to " + url + " failed: " + words, e);
    }

    private RemoteException explainStatus(TransportException e, int status, Optional<String> location) {
        return switch (status) {
            case 301, 302, 303, 307, 308 ->
                failure(
                        Kind.MOVED,
                        url + " redirects to "
                                + location.map(Remote::withoutSecrets)
                                        .map(this::clean)
                                        .orElse("another address")
                                + ". Redirects are not followed, so that no credential reaches another host: put the"
                                + " repository's own address into spec.repository.url.",
                        e);
            case 401 -> failure(Kind.UNAUTHORIZED, refused("does not accept"), e);
            case 403 -> failure(Kind.FORBIDDEN, refused("gives no permission to"), e);
            case 404, 410 ->
                failure(
                        Kind.NOT_FOUND,
                        "There is no git repository at " + url
                                + (credential.isPresent()
                                        ? ", or its credential may not see it."
                                        : ", or it is hidden from those without a credential."),
                        e);
            case 408, 425, 429 -> answered(Kind.UNREACHABLE, status, "", e);
            case 413 -> answered(Kind.UNUSABLE, status, ": it takes no push of that size", e);
            case 507 -> answered(Kind.UNREACHABLE, status, ": it has no space left", e);
            default -> answered(status >= 500 ? Kind.UNREACHABLE : Kind.UNUSABLE, status, "", e);
        };
    }

    private String refused(String verb) {
        return credential.isPresent()
                ? "The server of " + url + " " + verb + " the credential."
                : "The server of " + url + " wants a credential, and the task has none for it.";
    }

    private RemoteException answered(Kind kind, int status, String meaning, TransportException e) {
        return failure(kind, url + " answered with HTTP status " + status + meaning + ".", e);
    }

    private Optional<String> explainNetwork(Throwable cause) {
        var words = clean(String.valueOf(cause.getMessage()));
        return switch (cause) {
            case UnknownHostException unknown -> Optional.of("The host of " + url + " is not known: " + words + ".");
            case SocketTimeoutException late ->
                Optional.of(url + " did not answer within " + timeout.toSeconds() + " s.");
            case ConnectException refused -> Optional.of("No connection to " + url + ": " + words + ".");
            case NoRouteToHostException none -> Optional.of("No connection to " + url + ": " + words + ".");
            case SSLException tls -> Optional.of("No safe connection to " + url + ": " + words + ".");
            default -> Optional.empty();
        };
    }

    private RemoteException failure(Kind kind, String message, Exception cause) {
        return new RemoteException(kind, redactor.redact(message), cause);
    }

    private static String withoutSecrets(String address) {
        return address.replaceFirst("[?#].*$", "").replaceFirst("^([a-z]+://)[^/@]*@", "$1");
    }
}
