package dev.agenttask.worker.git;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.merge.MergeStrategy;
import org.eclipse.jgit.merge.ResolveMerger;
import org.eclipse.jgit.util.RawParseUtils;

/**
 * Merges some files three ways, in memory. The merger knows no repository: what attributes, drivers and settings say has no
 * effect, and nothing is executed or checked out. Paths are as {@link TreeDifference} has them.
 */
public final class TrialMerge {

    /** Bytes of a file whose lines are compared. */
    private static final int LARGEST = 1 << 20;

    private final Repository repository;
    private final ObjectReader reader;

    /** Of files whose content is in {@code repository}, which {@code reader} reads. */
    public TrialMerge(Repository repository, ObjectReader reader) {
        this.repository = repository;
        this.reader = reader;
    }

    /**
     * What came of it.
     *
     * @param conflicts paths that do not merge
     * @param tooLarge those of them that are too large to be compared
     * @param files what was merged, if everything did
     */
    public record Outcome(
            SortedSet<String> conflicts, SortedSet<String> tooLarge, NavigableMap<String, TreeFile> files) {

        /** Whether everything merged. */
        public boolean clean() {
            return conflicts.isEmpty();
        }
    }

    /**
     * Merges, and forgets what it made.
     *
     * @throws IOException if content is missing
     */
    public Outcome merge(
            SortedMap<String, TreeFile> base, SortedMap<String, TreeFile> ours, SortedMap<String, TreeFile> theirs)
            throws IOException {
        return merge(base, ours, theirs, new ScratchObjects(reader));
    }

    /**
     * Merges, and stores the content that is new if everything merged.
     *
     * @throws IOException if content is missing or cannot be written
     */
    public Outcome mergeAndKeep(
            SortedMap<String, TreeFile> base, SortedMap<String, TreeFile> ours, SortedMap<String, TreeFile> theirs)
            throws IOException {
        var scratch = new ScratchObjects(reader);
        var outcome = merge(base, ours, theirs, scratch);
        try (var inserter = repository.newObjectInserter()) {
            for (var file : outcome.files().values()) {
                var content = scratch.made(file.id());
                if (content.isPresent()) {
                    inserter.insert(Constants.OBJ_BLOB, content.get());
                }
            }
            inserter.flush();
        }
        return outcome;
    }

    private Outcome merge(
            SortedMap<String, TreeFile> base,
            SortedMap<String, TreeFile> ours,
            SortedMap<String, TreeFile> theirs,
            ScratchObjects scratch)
            throws IOException {
        var tooLarge = tooLarge(base, ours, theirs);
        var merger = merger(scratch);
        merger.setBase(tree(base, tooLarge, scratch));
        var merged = merger.merge(tree(ours, tooLarge, scratch), tree(theirs, tooLarge, scratch));
        var conflicts = new TreeSet<>(tooLarge);
        if (!merged) {
            conflicts.addAll(rawPaths(merger.getUnmergedPaths(), List.of(base, ours, theirs)));
        }
        var files = conflicts.isEmpty() ? files(merger.getResultTreeId(), scratch) : new TreeMap<String, TreeFile>();
        return new Outcome(conflicts, tooLarge, files);
    }

    private static ResolveMerger merger(ObjectInserter inserter) {
        return (ResolveMerger) MergeStrategy.RESOLVE.newMerger(inserter, new Config());
    }

    /** Files that both sides changed, each in its own way, and whose lines are not looked at. */
    private SortedSet<String> tooLarge(
            Map<String, TreeFile> base, Map<String, TreeFile> ours, Map<String, TreeFile> theirs) throws IOException {
        var large = new TreeSet<String>();
        for (var path : ours.keySet()) {
            var one = ours.get(path);
            var other = theirs.get(path);
            var before = base.get(path);
            var merged = other != null
                    && !one.id().equals(other.id())
                    && (before == null
                            || !before.id().equals(one.id()) && !before.id().equals(other.id()));
            if (merged && (isLarge(one) || isLarge(other) || before != null && isLarge(before))) {
                large.add(path);
            }
        }
        return large;
    }

    private boolean isLarge(TreeFile file) throws IOException {
        return file.isRegular() && reader.getObjectSize(file.id(), Constants.OBJ_BLOB) > LARGEST;
    }

    private static ObjectId tree(SortedMap<String, TreeFile> files, SortedSet<String> without, ObjectInserter inserter)
            throws IOException {
        var cache = DirCache.newInCore();
        var builder = cache.builder();
        files.forEach((path, file) -> {
            if (!without.contains(path)) {
                var entry = new DirCacheEntry(TreeDifference.bytes(path));
                entry.setFileMode(FileMode.fromBits(file.mode()));
                entry.setObjectId(file.id());
                builder.add(entry);
            }
        });
        builder.finish();
        return cache.writeTree(inserter);
    }

    private static NavigableMap<String, TreeFile> files(ObjectId tree, ObjectInserter inserter) throws IOException {
        var files = new TreeMap<String, TreeFile>();
        try (var reader = inserter.newReader()) {
            var cache = DirCache.read(reader, tree);
            for (var i = 0; i < cache.getEntryCount(); i++) {
                var entry = cache.getEntry(i);
                files.put(
                        TreeDifference.text(entry.getRawPath()), new TreeFile(entry.getRawMode(), entry.getObjectId()));
            }
        }
        return files;
    }

    /** The merger names paths as text. */
    private static List<String> rawPaths(List<String> decoded, List<SortedMap<String, TreeFile>> sides) {
        var raw = new HashMap<String, String>();
        sides.stream().flatMap(side -> side.keySet().stream()).forEach(path -> {
            raw.put(RawParseUtils.decode(TreeDifference.bytes(path)), path);
        });
        var paths = new ArrayList<String>();
        decoded.forEach(path -> paths.add(raw.getOrDefault(path, TreeDifference.text(Constants.encode(path)))));
        return paths;
    }
}
