package dev.agenttask.worker.git;

/**
 * How large a workspace may be that is made a commit.
 *
 * @param files how many files and links
 * @param bytes of their content together
 * @param depth how many directories within each other
 */
public record SnapshotLimits(int files, long bytes, int depth) {

    private static final int FILES = 200_000;
    private static final int DEPTH = 200;

    /** The usual number of files, and that many bytes. */
    public static SnapshotLimits ofBytes(long bytes) {
        return new SnapshotLimits(FILES, bytes, DEPTH);
    }
}
