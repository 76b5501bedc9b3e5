package dev.agenttask.cli.exit;

/** Something that the command needs did not answer, refused, or took too long. The message says what, and what to do. */
public final class PlatformException extends RuntimeException {

    public PlatformException(String message) {
        super(message);
    }

    public PlatformException(String message, Throwable cause) {
        super(message, cause);
    }
}
