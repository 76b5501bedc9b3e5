package dev.agenttask.worker.git;

import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/**
 * A file, symbolic link or submodule in a tree.
 *
 * @param mode its bits
 * @param id of its content
 */
public record TreeFile(int mode, ObjectId id) {

    /** Whether it has lines that can be merged. */
    public boolean isRegular() {
        return (mode & FileMode.TYPE_MASK) == FileMode.TYPE_FILE;
    }
}
