package dev.agenttask.worker.git;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.util.Paths;

/**
 * Makes a tree in the vault of a directory that an enemy may still be writing.
 *
 * <p>Each directory is opened relative to its open parent and never through a link, so that a swap cannot lead out of
 * the workspace. What is not a file, a directory or a link is not opened. A named pipe that is put in the place of a
 * file between look and open does hang the reader: the caller bounds the time.
 */
final class WorkspaceTree {

    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final int NOTES = 20;

    private final ObjectInserter inserter;
    private final BlobStore blobs;
    private final SnapshotLimits limits;
    private final NameRule names = new NameRule();
    private final List<String> notes = new ArrayList<>();
    private int files;
    private long bytes;

    WorkspaceTree(ObjectInserter inserter, ObjectReader reader, SnapshotLimits limits) {
        this.inserter = inserter;
        this.blobs = new BlobStore(inserter, reader);
        this.limits = limits;
    }

    /** What was left out, and why; bounded. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /**
     * The tree of a workspace.
     *
     * @throws WorkspaceTooLargeException if it exceeds limits whose excess is refused
     * @throws IOException if the root cannot be read, or the vault cannot be written
     */
    ObjectId of(Path workspace, BaseDirectory base) throws IOException {
        try (var stream = Files.newDirectoryStream(workspace)) {
            if (!(stream instanceof SecureDirectoryStream<Path> root)) {
                throw new IOException("this system has no secure directory streams");
            }
            var tree = tree(new Level(root, base, false, 0));
            return tree.isPresent() ? tree.get() : new TreeFormatter().insertTo(inserter);
        }
    }

    /** One open directory. In an ignored one only what is tracked counts. */
    private record Level(SecureDirectoryStream<Path> directory, BaseDirectory base, boolean ignored, int depth) {}

    private record Item(byte[] name, FileMode mode, ObjectId id) {}

    private Optional<ObjectId> tree(Level level) throws IOException {
        var items = new ArrayList<Item>();
        var links = new LinkReader(level.directory());
        try {
            for (var path : level.directory()) {
                var name = path.getFileName();
                var raw = RawName.of(name);
                if (names.permits(raw)) {
                    item(level, name, raw, links).ifPresent(items::add);
                } else if (!name.toString().equals(Constants.DOT_GIT)) {
                    note(level, raw, "its name may be taken for .git");
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return items.isEmpty() ? Optional.empty() : Optional.of(insert(items));
    }

    private Optional<Item> item(Level level, Path name, byte[] raw, LinkReader links) throws IOException {
        var tracked = level.base().entry(raw);
        try {
            var attributes = level.directory()
                    .getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            if (attributes.isDirectory()) {
                return directory(level, name, raw, tracked);
            }
            if (tracked.isEmpty() && (level.ignored() || level.base().ignores(raw, false))) {
                return Optional.empty();
            }
            if (attributes.isSymbolicLink()) {
                return Optional.of(link(name, raw, links));
            }
            if (attributes.isRegularFile()) {
                return Optional.of(file(level, name, raw, attributes, tracked));
            }
            note(level, raw, "it is neither a file nor a directory nor a link");
            return Optional.empty();
        } catch (VaultException e) {
            throw e;
        } catch (WorkspaceTooLargeException e) {
            if (limits.excess() == SnapshotLimits.Excess.REFUSED) {
                throw e;
            }
            note(level, raw, "it is more than is kept");
            return tracked.map(entry -> new Item(raw, entry.mode(), entry.id()));
        } catch (IOException e) {
            // It went away, was swapped, or may not be read. What was tracked stays as it was rather than disappear.
            note(level, raw, "it could not be read");
            return tracked.map(entry -> new Item(raw, entry.mode(), entry.id()));
        }
    }

    private Optional<Item> directory(Level level, Path name, byte[] raw, Optional<BaseDirectory.Entry> tracked)
            throws IOException {
        if (tracked.isPresent() && tracked.get().mode().equals(FileMode.GITLINK)) {
            return Optional.of(new Item(raw, FileMode.GITLINK, tracked.get().id()));
        }
        var ignored = level.ignored() || level.base().ignores(raw, true);
        var trackedTree = tracked.filter(BaseDirectory.Entry::isTree);
        if (ignored && trackedTree.isEmpty()) {
            return Optional.empty();
        }
        if (level.depth() == limits.depth()) {
            throw new WorkspaceTooLargeException("Directories lie more than " + limits.depth() + " deep.");
        }
        try (var below = level.directory().newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            var child = new Level(below, level.base().child(raw), ignored, level.depth() + 1);
            return tree(child).map(id -> new Item(raw, FileMode.TREE, id));
        }
    }

    private Item link(Path name, byte[] raw, LinkReader links) throws IOException {
        var target = RawName.of(links.read(name));
        count(target.length);
        return new Item(raw, FileMode.SYMLINK, blobs.storeLink(target));
    }

    private Item file(
            Level level, Path name, byte[] raw, PosixFileAttributes attributes, Optional<BaseDirectory.Entry> tracked)
            throws IOException {
        count(attributes.size());
        var executable = attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
        try (var content = level.directory().newByteChannel(name, READ)) {
            var id = blobs.store(
                    content, attributes.size(), level.base().attributes(raw), tracked.map(BaseDirectory.Entry::id));
            return new Item(raw, executable ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE, id);
        }
    }

    private ObjectId insert(List<Item> items) throws IOException {
        items.sort((a, b) -> Paths.compare(
                a.name(),
                0,
                a.name().length,
                a.mode().getBits(),
                b.name(),
                0,
                b.name().length,
                b.mode().getBits()));
        var tree = new TreeFormatter();
        items.forEach(item -> tree.append(item.name(), item.mode(), item.id()));
        try {
            return tree.insertTo(inserter);
        } catch (IOException e) {
            throw new VaultException(e);
        }
    }

    private void count(long size) throws WorkspaceTooLargeException {
        if (files == limits.files()) {
            throw new WorkspaceTooLargeException("There are more than " + limits.files() + " files to commit.");
        }
        if (bytes + size > limits.bytes()) {
            throw new WorkspaceTooLargeException("The files to commit take more than " + limits.bytes() + " bytes.");
        }
        files++;
        bytes += size;
    }

    private void note(Level level, byte[] raw, String why) {
        if (notes.size() < NOTES) {
            notes.add(level.base().pathOf(raw) + " was left out: " + why);
        }
    }
}
