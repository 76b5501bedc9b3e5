package dev.agenttask.api;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a credential may be sent to a repository. Its Secret lists hosts in the annotation {@value #ANNOTATION},
 * separated by commas: {@code host} or {@code host:port} for https, and {@code http://host[:port]} where the password
 * may travel unencrypted.
 */
public final class CredentialHosts {

    /** On a Secret: the hosts that it may be sent to. */
    public static final String ANNOTATION = "agenttask.dev/hosts";

    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    /** Where the host ends is the same for everybody who reads such a URL, git's library included. */
    private static final String ONE_HOST = "[A-Za-z]+://[^@/?#\\\\\\s]+/.*";

    private CredentialHosts() {}

    /** Why the Secret may not be used for that URL, and what to do; empty if it may. */
    public static Optional<String> refusal(String secret, String annotation, String url) {
        var wanted = endpoint(url);
        if (wanted.isEmpty() || !url.matches(ONE_HOST)) {
            return Optional.of("The host of the repository's URL cannot be read.");
        }
        var allowed = Arrays.stream(annotation.split("[,\\s]+"))
                .filter(entry -> !entry.isEmpty())
                .map(CredentialHosts::endpointOfEntry)
                .anyMatch(wanted::equals);
        if (allowed) {
            return Optional.empty();
        }
        var listed = annotation.isBlank() ? "" : annotation.strip() + ",";
        return Optional.of("The Secret " + secret + " does not say that it may be sent to "
                + wanted.get().entry()
                + ". If it may: kubectl annotate secret " + secret + " --overwrite " + ANNOTATION + "="
                + listed + wanted.get().entry());
    }

    private record Endpoint(String scheme, String host, int port) {

        String entry() {
            var name = scheme.equals("http") ? "http://" + host : host;
            var usual = scheme.equals("http") ? HTTP : HTTPS;
            return port == usual ? name : name + ":" + port;
        }
    }

    private static Optional<Endpoint> endpointOfEntry(String entry) {
        return endpoint(entry.contains("://") ? entry : "https://" + entry);
    }

    private static Optional<Endpoint> endpoint(String url) {
        try {
            var uri = new URI(url);
            if (uri.getHost() == null || uri.getScheme() == null || uri.getRawUserInfo() != null) {
                return Optional.empty();
            }
            var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            if (!scheme.equals("https") && !scheme.equals("http")) {
                return Optional.empty();
            }
            var usual = scheme.equals("http") ? HTTP : HTTPS;
            var port = uri.getPort() == -1 ? usual : uri.getPort();
            return Optional.of(new Endpoint(scheme, uri.getHost().toLowerCase(Locale.ROOT), port));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
