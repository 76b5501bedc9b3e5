package dev.agenttask.worker.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/**
 * The files in which two trees differ. Paths are strings of the bytes that git has, one char for each: they need not be
 * text.
 */
public final class TreeDifference {

    private static final int LONGEST_PATH = 4096;

    private TreeDifference() {}

    /**
     * What a path has on both sides.
     *
     * @param before empty if it was added
     * @param after empty if it was removed
     */
    public record Change(Optional<TreeFile> before, Optional<TreeFile> after) {}

    /**
     * Compares two trees. A renamed file is one removed and one added.
     *
     * @param limit of the paths
     * @return empty if more differ than that
     * @throws CorruptObjectException if a tree is not one that git makes
     * @throws IOException if an object is missing
     */
    public static Optional<NavigableMap<String, Change>> between(
            ObjectReader reader, ObjectId before, ObjectId after, int limit) throws IOException {
        var changes = new TreeMap<String, Change>();
        try (var walk = new TreeWalk(reader)) {
            walk.addTree(before);
            walk.addTree(after);
            walk.setRecursive(true);
            walk.setFilter(TreeFilter.ANY_DIFF);
            while (walk.next()) {
                if (changes.size() == limit) {
                    return Optional.empty();
                }
                changes.put(path(walk, after), new Change(file(walk, 0), file(walk, 1)));
            }
        }
        return Optional.of(changes);
    }

    private static String path(TreeWalk walk, ObjectId tree) throws CorruptObjectException {
        var path = walk.getRawPath();
        if (path.length > LONGEST_PATH) {
            throw new CorruptObjectException(tree, "a path of more than " + LONGEST_PATH + " bytes");
        }
        try {
            return text(new DirCacheEntry(path).getRawPath());
        } catch (IllegalArgumentException e) {
            throw new CorruptObjectException(tree, "a path that leads elsewhere");
        }
    }

    /** The bytes of a path as a string, one char for each. */
    static String text(byte[] path) {
        return new String(path, StandardCharsets.ISO_8859_1);
    }

    /** The bytes that {@link #text} was made of. */
    public static byte[] bytes(String path) {
        return path.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Optional<TreeFile> file(TreeWalk walk, int side) {
        var mode = walk.getRawMode(side);
        // With ANY_DIFF and recursion a directory is seen only as the other side of a file.
        return mode == FileMode.TYPE_MISSING || mode == FileMode.TYPE_TREE
                ? Optional.empty()
                : Optional.of(new TreeFile(mode, walk.getObjectId(side)));
    }
}
