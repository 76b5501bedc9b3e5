package dev.agenttask.worker.report;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Takes the secrets that this process knows out of every text that leaves it. */
public final class Redactor {

    /** A redactor that knows no secret. */
    public static final Redactor NONE = new Redactor(List.of());

    /** Shorter ones would take common words out of every text, and are not secret. */
    private static final int SHORTEST = 4;

    private static final String INSTEAD = "***";
    private static final Pattern AUTHORITY = Pattern.compile("^[a-z]+://([^/?#]*)@");

    private final List<String> secrets;

    private Redactor(List<String> secrets) {
        this.secrets = secrets;
    }

    /** A redactor that knows a password, also as it stands in a URL and in the header of basic authentication. */
    public static Redactor of(String username, String password) {
        var secrets = new ArrayList<>(forms(password));
        secrets.add(base64(username + ":" + password));
        secrets.add(base64(password));
        return new Redactor(longestFirst(secrets));
    }

    /**
     * A redactor that knows what an address may have that is secret: what stands before the host, and the values of its
     * query.
     */
    public static Redactor ofUrl(String url) {
        var secrets = new ArrayList<String>();
        var authority = AUTHORITY.matcher(url);
        if (authority.find()) {
            secrets.addAll(forms(authority.group(1)));
            secrets.addAll(forms(authority.group(1).substring(authority.group(1).indexOf(':') + 1)));
        }
        var query = url.indexOf('?');
        if (query >= 0) {
            for (var parameter : url.substring(query + 1).split("[&#]")) {
                secrets.addAll(forms(parameter.substring(parameter.indexOf('=') + 1)));
            }
        }
        return new Redactor(longestFirst(secrets));
    }

    /** A redactor that knows the secrets of both. */
    public Redactor and(Redactor other) {
        return new Redactor(longestFirst(
                Stream.concat(secrets.stream(), other.secrets.stream()).toList()));
    }

    /** The text with each secret replaced. */
    public String redact(String text) {
        var clean = text;
        for (var secret : secrets) {
            clean = clean.replace(secret, INSTEAD);
        }
        return clean;
    }

    /** A secret as it is, and as it stands in a URL. */
    private static List<String> forms(String secret) {
        var encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        return List.of(secret, encoded, encoded.replace("+", "%20"), decoded(secret));
    }

    private static String decoded(String secret) {
        try {
            return URLDecoder.decode(secret, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return secret;
        }
    }

    private static List<String> longestFirst(List<String> secrets) {
        return secrets.stream()
                .filter(secret -> secret.length() >= SHORTEST)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    private static String base64(String text) {
        // Without padding, which differs when the secret is part of something longer.
        return Base64.getEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
