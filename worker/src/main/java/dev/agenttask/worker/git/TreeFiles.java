package dev.agenttask.worker.git;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.treewalk.TreeWalk;

/** Looks up single files in a tree. Paths are as {@link TreeDifference} has them. */
public final class TreeFiles {

    private static final int KEPT_DIRECTORIES = 64;

    private final ObjectReader reader;
    private final ObjectId root;
    private final Map<ObjectId, Map<String, TreeFile>> directories = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ObjectId, Map<String, TreeFile>> eldest) {
            return size() > KEPT_DIRECTORIES;
        }
    };

    /** Of the tree with that id. */
    public TreeFiles(ObjectReader reader, ObjectId root) {
        this.reader = reader;
        this.root = root;
    }

    /**
     * The files that stand at some paths, or in their way: below a path that is a directory here, and above one that leads
     * through a file.
     *
     * @param limit of the files
     * @return empty if there are more
     * @throws IOException if an object is missing or not one that git makes
     */
    public Optional<NavigableMap<String, TreeFile>> around(Collection<String> paths, int limit) throws IOException {
        var found = new TreeMap<String, TreeFile>();
        for (var path : paths) {
            if (!look(path, found, limit)) {
                return Optional.empty();
            }
        }
        return Optional.of(found);
    }

    private boolean look(String path, NavigableMap<String, TreeFile> found, int limit) throws IOException {
        var directory = root;
        for (var start = 0; ; ) {
            var slash = path.indexOf('/', start);
            var name = slash < 0 ? path.substring(start) : path.substring(start, slash);
            var entry = directory(directory).get(name);
            if (entry == null) {
                return true;
            }
            var here = slash < 0 ? path : path.substring(0, slash);
            if (!isDirectory(entry)) {
                found.put(here, entry);
                return found.size() <= limit;
            }
            if (slash < 0) {
                return below(here, entry.id(), found, limit);
            }
            directory = entry.id();
            start = slash + 1;
        }
    }

    private boolean below(String path, ObjectId tree, NavigableMap<String, TreeFile> found, int limit)
            throws IOException {
        try (var walk = new TreeWalk(reader)) {
            walk.addTree(tree);
            walk.setRecursive(true);
            while (walk.next()) {
                found.put(
                        path + "/" + TreeDifference.text(walk.getRawPath()),
                        new TreeFile(walk.getRawMode(0), walk.getObjectId(0)));
                if (found.size() > limit) {
                    return false;
                }
            }
        }
        return true;
    }

    private Map<String, TreeFile> directory(ObjectId tree) throws IOException {
        var known = directories.get(tree);
        if (known != null) {
            return known;
        }
        var entries = new LinkedHashMap<String, TreeFile>();
        try {
            var parser = new CanonicalTreeParser(new byte[0], reader, tree);
            for (; !parser.eof(); parser.next()) {
                var name = new byte[parser.getNameLength()];
                parser.getName(name, 0);
                entries.put(
                        TreeDifference.text(name), new TreeFile(parser.getEntryRawMode(), parser.getEntryObjectId()));
            }
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new CorruptObjectException(tree, "a tree that breaks off");
        }
        directories.put(tree, entries);
        return entries;
    }

    private static boolean isDirectory(TreeFile entry) {
        return (entry.mode() & FileMode.TYPE_MASK) == FileMode.TYPE_TREE;
    }
}
