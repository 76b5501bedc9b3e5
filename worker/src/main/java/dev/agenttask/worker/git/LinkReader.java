package dev.agenttask.worker.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Reads symbolic links in one open directory.
 *
 * <p>{@link SecureDirectoryStream} cannot, and a path from the root could lead elsewhere if a directory on the way is
 * swapped. {@code /proc/self/fd/N/NAME} cannot: it starts at the directory that is open, wherever that has been moved.
 * Java does not tell N, so it is looked for: the descriptor of this process that is open on the same inode.
 */
final class LinkReader {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final SecureDirectoryStream<Path> directory;
    private Optional<Path> anchor = Optional.empty();

    /** Reads links in {@code directory}, which stays open as long as this is used. */
    LinkReader(SecureDirectoryStream<Path> directory) {
        this.directory = directory;
    }

    /**
     * The target of a link, as it is.
     *
     * @param name of the link in the directory
     * @throws IOException if it cannot be read, or is not a link any more
     */
    Path read(Path name) throws IOException {
        if (anchor.isEmpty()) {
            anchor = Optional.of(find());
        }
        return Files.readSymbolicLink(anchor.get().resolve(name));
    }

    private Path find() throws IOException {
        var wanted = directory
                .getFileAttributeView(BasicFileAttributeView.class)
                .readAttributes()
                .fileKey();
        try (var descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (var descriptor : descriptors) {
                if (wanted.equals(keyOf(descriptor))) {
                    return descriptor;
                }
            }
        }
        throw new NoSuchFileException("no descriptor is open on the directory");
    }

    private static Object keyOf(Path descriptor) throws IOException {
        try {
            return Files.readAttributes(descriptor, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            // Closed since it was listed, or the name of something that has no inode.
            return "";
        }
    }
}
