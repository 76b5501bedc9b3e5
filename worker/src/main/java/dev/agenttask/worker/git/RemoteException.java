package dev.agenttask.worker.git;

import org.jspecify.annotations.Nullable;

/** The remote repository could not be read or written. The message has no secrets. */
public final class RemoteException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What was wrong. */
    public enum Kind {
        /** No such host, no connection, an answer that broke off, an error of the server, or no space there. May pass. */
        UNREACHABLE,
        /** The server wants another credential, or any. */
        UNAUTHORIZED,
        /** The server knows who asks and does not permit it. */
        FORBIDDEN,
        /** There is no such repository, or the server hides it from whoever asks. */
        NOT_FOUND,
        /** The server redirects. */
        MOVED,
        /** Something else, that trying again does not change. */
        UNUSABLE
    }

    private final Kind kind;

    RemoteException(Kind kind, String message) {
        this(kind, message, null);
    }

    RemoteException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What was wrong. */
    public Kind kind() {
        return kind;
    }
}
