package dev.agenttask.cli.exit;

/** What the user gave is wrong. The message says which field, file or line, what is wrong with it, and what to do. */
public final class UsageException extends RuntimeException {

    public UsageException(String message) {
        super(message);
    }

    public UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
