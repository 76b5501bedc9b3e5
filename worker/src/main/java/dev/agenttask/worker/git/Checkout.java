package dev.agenttask.worker.git;

import dev.agenttask.api.Base;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import org.eclipse.jgit.dircache.DirCacheCheckout;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.dircache.DirCacheIterator;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteConfig;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.treewalk.TreeWalk;

/** Makes a clone for untrusted code out of the vault: its objects are copies, so writing to one changes no other. */
public final class Checkout {

    private static final String ORIGIN = "origin";

    private final Path vault;

    /** Takes objects from the bare repository in {@code vault}. */
    public Checkout(Path vault) {
        this.vault = vault;
    }

    /**
     * Checks the base out as a normal clone: on its branch, with {@code origin} at the address it came from.
     *
     * @param directory which is empty
     * @param base what to check out
     * @param url of origin, without a credential
     * @throws IOException if the directory cannot be written, or the vault lacks an object
     */
    public void workspace(Path directory, Base base, String url) throws IOException {
        workspace(directory, base, url, SalvagedWork.NONE);
    }

    /**
     * As {@link #workspace(Path, Base, String)}, with the files of the work that is to go on, as changes that are not
     * committed.
     *
     * @throws IOException if the directory cannot be written, or the vault lacks an object
     */
    public void workspace(Path directory, Base base, String url, SalvagedWork work) throws IOException {
        try (var clone = init(directory)) {
            var commit = ObjectId.fromString(base.commit());
            try {
                var origin = new RemoteConfig(clone.getConfig(), ORIGIN);
                origin.addURI(new URIish(url));
                origin.addFetchRefSpec(new RefSpec("+refs/heads/*:refs/remotes/origin/*"));
                origin.update(clone.getConfig());
            } catch (java.net.URISyntaxException e) {
                throw new IOException(e);
            }
            if (base.ref().startsWith(Constants.R_HEADS)) {
                var branch = Repository.shortenRefName(base.ref());
                RefWriter.set(clone, Constants.R_REMOTES + ORIGIN + "/" + branch, commit);
                RefWriter.set(clone, base.ref(), commit);
                clone.getConfig().setString(ConfigConstants.CONFIG_BRANCH_SECTION, branch, "remote", ORIGIN);
                clone.getConfig().setString(ConfigConstants.CONFIG_BRANCH_SECTION, branch, "merge", base.ref());
                link(clone, base.ref());
            } else {
                if (base.ref().startsWith(Constants.R_TAGS)) {
                    RefWriter.set(clone, base.ref(), commit);
                }
                detach(clone, commit);
            }
            clone.getConfig().save();
            if (work.found()) {
                checkOut(clone, ObjectId.fromString(work.commit()));
                resetIndex(clone, commit);
            } else {
                checkOut(clone, commit);
            }
        }
    }

    /**
     * Checks one commit out, on no branch and without a remote.
     *
     * @param directory which is empty
     * @throws IOException if the directory cannot be written, or the vault lacks an object
     */
    public void detached(Path directory, String commit) throws IOException {
        try (var clone = init(directory)) {
            detach(clone, ObjectId.fromString(commit));
            checkOut(clone, ObjectId.fromString(commit));
        }
    }

    /**
     * Removes what is in a directory, following no link.
     *
     * @throws IOException if something cannot be removed
     */
    public static void empty(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (var path : (Iterable<Path>)
                    paths.filter(p -> !p.equals(directory)).sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }

    private Repository init(Path directory) throws IOException {
        Files.createDirectories(directory);
        var clone = new FileRepositoryBuilder().setWorkTree(directory.toFile()).build();
        clone.create();
        copyObjects(directory.resolve(Constants.DOT_GIT));
        // Opened again: the first one has looked for objects before they were there.
        clone.close();
        return new FileRepositoryBuilder().setWorkTree(directory.toFile()).build();
    }

    private void copyObjects(Path target) throws IOException {
        var shallow = vault.resolve("shallow");
        if (Files.exists(shallow)) {
            Files.copy(shallow, target.resolve("shallow"));
        }
        Files.walkFileTree(vault.resolve("objects"), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(copyOf(directory));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, copyOf(file));
                return FileVisitResult.CONTINUE;
            }

            private Path copyOf(Path path) {
                return target.resolve(vault.relativize(path));
            }
        });
    }

    private static void link(Repository clone, String branch) throws IOException {
        var head = clone.updateRef(Constants.HEAD);
        head.disableRefLog();
        require(head.link(branch), clone);
    }

    private static void detach(Repository clone, ObjectId commit) throws IOException {
        var head = clone.updateRef(Constants.HEAD, true);
        head.setNewObjectId(commit);
        head.disableRefLog();
        require(head.forceUpdate(), clone);
    }

    private static void require(RefUpdate.Result result, Repository clone) throws IOException {
        switch (result) {
            case NEW, FORCED, FAST_FORWARD, NO_CHANGE -> {}
            default -> throw new IOException("cannot set HEAD of " + clone + ": " + result);
        }
    }

    private static void checkOut(Repository clone, ObjectId commit) throws IOException {
        try (var walk = new RevWalk(clone)) {
            var tree = walk.parseCommit(commit).getTree();
            var index = clone.lockDirCache();
            try {
                var checkout = new DirCacheCheckout(clone, index, tree);
                checkout.setFailOnConflict(true);
                checkout.checkout();
            } finally {
                index.unlock();
            }
        }
    }

    /** Has the index hold a commit, and leaves the files. What is the same keeps what the index knows of its file. */
    private static void resetIndex(Repository clone, ObjectId commit) throws IOException {
        var index = clone.lockDirCache();
        try (var walk = new TreeWalk(clone);
                var commits = new RevWalk(clone)) {
            var builder = index.builder();
            walk.addTree(commits.parseCommit(commit).getTree());
            walk.addTree(new DirCacheIterator(index));
            walk.setRecursive(true);
            while (walk.next()) {
                if (walk.getFileMode(0).equals(walk.getFileMode(1)) && walk.idEqual(0, 1)) {
                    builder.add(walk.getTree(1, DirCacheIterator.class).getDirCacheEntry());
                } else if (!walk.getFileMode(0).equals(FileMode.MISSING)) {
                    var entry = new DirCacheEntry(walk.getRawPath());
                    entry.setFileMode(walk.getFileMode(0));
                    entry.setObjectId(walk.getObjectId(0));
                    builder.add(entry);
                }
            }
            if (!builder.commit()) {
                throw new IOException("cannot write the index of " + clone);
            }
        } finally {
            index.unlock();
        }
    }
}
