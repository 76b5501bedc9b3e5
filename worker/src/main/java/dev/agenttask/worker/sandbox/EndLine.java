package dev.agenttask.worker.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The line by which the supervisor says that the command of a token is over. */
final class EndLine {

    private static final int LONGEST = 64;

    private EndLine() {}

    /** How the command of that token ended; empty if this line does not say so. */
    static Optional<Signal.Ended> parse(Token token, byte[] bytes, int offset, int length) {
        var prefix = token.text() + " ";
        if (length < prefix.length() || length > LONGEST) {
            return Optional.empty();
        }
        var line = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
        if (!line.startsWith(prefix)) {
            return Optional.empty();
        }
        var words = line.substring(prefix.length()).split(" ");
        if (words.length == 2 && words[0].equals("exited") && words[1].matches("[0-9]{1,3}")) {
            return Optional.of(new Signal.Exited(Integer.parseInt(words[1])));
        }
        return switch (line.substring(prefix.length())) {
            case "stopped" -> Optional.of(new Signal.Stopped());
            case "terminated" -> Optional.of(new Signal.Terminated());
            case "stalled" -> Optional.of(new Signal.Stalled());
            default -> Optional.empty();
        };
    }
}
