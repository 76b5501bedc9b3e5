package dev.agenttask.worker.git;

/**
 * How large a workspace may be that is made a commit.
 *
 * @param files how many files and links
 * @param bytes of their content together
 * @param depth how many directories within each other
 * @param excess what becomes of what is beyond them
 */
public record SnapshotLimits(int files, long bytes, int depth, Excess excess) {

    /** What becomes of what is beyond the limits. */
    public enum Excess {
        /** There is no snapshot: part of the work must not pass for all of it. */
        REFUSED,
        /** It stays as the base has it, and the rest is kept: part of the work is better than none of it. */
        LEFT_OUT
    }

    private static final int FILES = 200_000;
    /** How many directories within each other there may be at most. */
    static final int DEPTH = 200;

    /** The usual number of files, and that many bytes. */
    public static SnapshotLimits ofBytes(long bytes) {
        return new SnapshotLimits(FILES, bytes, DEPTH, Excess.REFUSED);
    }

    /** The same, for what is kept of work that is not finished. */
    public SnapshotLimits leavingOutExcess() {
        return new SnapshotLimits(files, bytes, depth, Excess.LEFT_OUT);
    }
}
