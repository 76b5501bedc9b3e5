package dev.agenttask.worker.sandbox;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What proves that a line was written by the supervisor: only it knows the token while the command runs.
 *
 * @param text 32 hexadecimal digits
 */
public record Token(String text) {

    private static final int BYTES = 16;

    /** A token that was never used. */
    public static Token random(SecureRandom random) {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new Token(HexFormat.of().formatHex(bytes));
    }
}
