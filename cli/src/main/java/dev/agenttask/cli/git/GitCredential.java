package dev.agenttask.cli.git;

/**
 * A user and a password for the one server that they are meant for.
 *
 * @param username of the user
 * @param password or token
 */
public record GitCredential(String username, String password) {

    /** Without the password. */
    @Override
    public String toString() {
        return "GitCredential[***]";
    }
}
