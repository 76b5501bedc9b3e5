package dev.agenttask.worker.git;

import java.io.IOException;

/** The vault could not be written: our own trouble, which must not be taken for a file that cannot be read. */
final class VaultException extends IOException {

    private static final long serialVersionUID = 1L;

    VaultException(IOException cause) {
        super("The vault cannot be written: " + cause.getMessage(), cause);
    }
}
