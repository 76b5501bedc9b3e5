package dev.agenttask.worker.git;

import dev.agenttask.worker.report.Redactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;

/** A user name and a password, from the two files of a mounted {@code kubernetes.io/basic-auth} Secret. */
public final class Credential {

    private final String username;
    private final String password;

    /** A credential of those two. */
    public Credential(String username, String password) {
        this.username = username;
        this.password = password;
    }

    /**
     * Reads the files {@code username} and {@code password}; empty if there is no password. A line feed at the end,
     * which {@code echo} and editors leave, does not count.
     *
     * @throws IOException if the files are there and cannot be read
     */
    public static Optional<Credential> read(Path directory) throws IOException {
        try {
            var password = Files.readString(directory.resolve("password")).stripTrailing();
            return Optional.of(new Credential(username(directory), password));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** What takes this credential out of texts. */
    public Redactor redactor() {
        return Redactor.of(username, password);
    }

    CredentialsProvider provider() {
        return new UsernamePasswordCredentialsProvider(username, password);
    }

    /** Without the credential. */
    @Override
    public String toString() {
        return "Credential[***]";
    }

    private static String username(Path directory) throws IOException {
        try {
            return Files.readString(directory.resolve("username")).stripTrailing();
        } catch (NoSuchFileException e) {
            // Forges take a token as the password of any user; git itself asks for a name.
            return "git";
        }
    }
}
