package dev.agenttask.worker.git;

import java.io.IOException;
import java.util.List;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.util.io.DisabledOutputStream;

/**
 * How much differs between two trees.
 *
 * @param files how many files
 * @param insertions lines that were added
 * @param deletions lines that were removed
 */
public record DiffStat(int files, int insertions, int deletions) {

    /** No difference. */
    public static final DiffStat NONE = new DiffStat(0, 0, 0);

    private static final int LARGEST_COMPARED = 1 << 20;
    private static final int MOST_COMPARED = 2_000;

    /**
     * Compares two trees. Lines are counted in the first {@value #MOST_COMPARED} files, and not in those that are
     * binary or larger than a megabyte.
     *
     * @throws IOException if the repository lacks an object
     */
    static DiffStat between(Repository repository, ObjectId before, ObjectId after) throws IOException {
        try (var formatter = new DiffFormatter(DisabledOutputStream.INSTANCE)) {
            formatter.setRepository(repository);
            formatter.setDetectRenames(false);
            formatter.setBinaryFileThreshold(LARGEST_COMPARED);
            var entries = formatter.scan(before, after);
            return count(formatter, entries);
        }
    }

    private static DiffStat count(DiffFormatter formatter, List<DiffEntry> entries) throws IOException {
        var insertions = 0;
        var deletions = 0;
        for (var entry : entries.subList(0, Math.min(MOST_COMPARED, entries.size()))) {
            for (var edit : formatter.toFileHeader(entry).toEditList()) {
                insertions += edit.getLengthB();
                deletions += edit.getLengthA();
            }
        }
        return new DiffStat(entries.size(), insertions, deletions);
    }
}
