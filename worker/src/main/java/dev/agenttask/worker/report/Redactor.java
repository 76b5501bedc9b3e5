package dev.agenttask.worker.report;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Takes the secrets that this process knows out of every text that leaves it. */
public final class Redactor {

    /** A redactor that knows no secret. */
    public static final Redactor NONE = new Redactor(List.of());

    /** Shorter ones would take common words out of every text, and are not secret. */
    private static final int SHORTEST = 4;

    private static final String INSTEAD = "***";

    private final List<String> secrets;

    private Redactor(List<String> secrets) {
        this.secrets = secrets;
    }

    /** A redactor that knows a password, also as it stands in a URL and in the header of basic authentication. */
    public static Redactor of(String username, String password) {
        return new Redactor(Stream.of(
                        password,
                        URLEncoder.encode(password, StandardCharsets.UTF_8),
                        URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20"),
                        base64(username + ":" + password),
                        base64(password))
                .filter(secret -> secret.length() >= SHORTEST)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList());
    }

    /** The text with each secret replaced. */
    public String redact(String text) {
        var clean = text;
        for (var secret : secrets) {
            clean = clean.replace(secret, INSTEAD);
        }
        return clean;
    }

    private static String base64(String text) {
        // Without padding, which differs when the secret is part of something longer.
        return Base64.getEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
