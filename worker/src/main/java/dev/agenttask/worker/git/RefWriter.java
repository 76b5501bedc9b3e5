package dev.agenttask.worker.git;

import java.io.IOException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;

/** Sets refs of a repository that nobody else writes. */
final class RefWriter {

    private RefWriter() {}

    /**
     * Has a ref name an object, whatever it named before.
     *
     * @throws IOException if it cannot be written
     */
    static void set(Repository repository, String ref, ObjectId id) throws IOException {
        var update = repository.updateRef(ref, true);
        update.setNewObjectId(id);
        update.disableRefLog();
        var result = update.forceUpdate();
        switch (result) {
            case NEW, FORCED, FAST_FORWARD, NO_CHANGE -> {}
            default -> throw new IOException("cannot set " + ref + " of " + repository + ": " + result);
        }
    }
}
