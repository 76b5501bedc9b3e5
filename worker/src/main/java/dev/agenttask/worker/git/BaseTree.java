package dev.agenttask.worker.git;

import dev.agenttask.api.FailureClass;
import dev.agenttask.worker.pod.StepFailure;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/**
 * Looks at the base before it is checked out. A server may send a tree that git does not make, whose names lead out of
 * the workspace, and a small pack may hold a tree of any size: each directory in it is the same one many times.
 */
public final class BaseTree {

    private final ObjectReader reader;
    private final SnapshotLimits limits;
    private final ObjectChecker checker = new ObjectChecker().setAllowLeadingZeroFileMode(true);
    private final Map<ObjectId, Size> known = new HashMap<>();

    /** What a tree holds. */
    private record Size(long files, long bytes) {}

    private BaseTree(ObjectReader reader, SnapshotLimits limits) {
        this.reader = reader;
        this.limits = limits;
    }

    /**
     * Checks the tree of a commit.
     *
     * @param limits of the workspace, which the base is to fit into
     * @throws StepFailure if it is not one that git makes, or exceeds the limits
     * @throws IOException if the vault lacks an object
     */
    public static void check(Repository vault, String commit, SnapshotLimits limits) throws StepFailure, IOException {
        try (var reader = vault.newObjectReader();
                var walk = new RevWalk(reader)) {
            var tree = walk.parseCommit(ObjectId.fromString(commit)).getTree();
            new BaseTree(reader, limits).size(tree, 0);
        } catch (CorruptObjectException e) {
            throw new StepFailure(
                    FailureClass.TASK,
                    "RepositoryUnusable",
                    "The commit " + commit + " is not one that git makes: " + e.getMessage() + ".");
        }
    }

    private Size size(ObjectId tree, int depth) throws StepFailure, IOException {
        var before = known.get(tree);
        if (before != null) {
            return before;
        }
        if (depth > limits.depth()) {
            throw tooLarge("directories that lie more than " + limits.depth() + " deep");
        }
        var content = reader.open(tree, Constants.OBJ_TREE).getCachedBytes();
        checker.checkTree(tree, content);
        var files = 0L;
        var bytes = 0L;
        for (var parser = new CanonicalTreeParser(new byte[0], reader, tree); !parser.eof(); parser.next()) {
            var mode = parser.getEntryFileMode();
            if (mode.equals(FileMode.TREE)) {
                var below = size(parser.getEntryObjectId(), depth + 1);
                files += below.files();
                bytes += below.bytes();
            } else if (!mode.equals(FileMode.GITLINK)) {
                files++;
                bytes += reader.getObjectSize(parser.getEntryObjectId(), Constants.OBJ_BLOB);
            }
            if (files > limits.files()) {
                throw tooLarge("more than " + limits.files() + " files");
            }
            if (bytes > limits.bytes()) {
                throw tooLarge("files of more than " + limits.bytes() + " bytes, which is limits.workspaceSize");
            }
        }
        var size = new Size(files, bytes);
        known.put(tree.copy(), size);
        return size;
    }

    private static StepFailure tooLarge(String what) {
        return new StepFailure(FailureClass.TASK, "RepositoryTooLarge", "The repository has " + what + ".");
    }
}
