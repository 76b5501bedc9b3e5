package dev.agenttask.worker.git;

import dev.agenttask.api.Base;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/**
 * The work of an attempt before this one, to go on with.
 *
 * @param commit that holds it, on the base; empty if there is none to go on with
 * @param note what an attempt that was to go on with it should be known to start from
 */
public record SalvagedWork(String commit, String note) {

    /** For an attempt that begins anew. */
    public static final SalvagedWork NONE = new SalvagedWork("", "");

    private static final String REF = "refs/agenttask/resumed";
    private static final int LARGEST_TREE = 16 << 20;

    /** Whether there is any. */
    public boolean found() {
        return !commit.isEmpty();
    }

    /**
     * Fetches what the first of some salvage refs names that is there. It came from an agent and lay on a server since, so
     * what a checkout could be led astray by is looked for once more.
     *
     * @param vault that holds the base
     * @param refs of attempts before this one; none to begin anew
     * @param depth of the history in the vault; 0 for all
     * @throws RemoteException if the remote cannot be read
     * @throws IOException if the vault cannot be written
     */
    public static SalvagedWork fetch(Repository vault, Remote remote, List<String> refs, Base base, int depth)
            throws RemoteException, IOException {
        if (refs.isEmpty()) {
            return NONE;
        }
        var ref = firstThatIsThere(vault, remote, refs);
        return ref.isPresent()
                ? fetch(vault, remote, ref.get(), base, depth)
                : none(String.join(" or ", refs), "it is not there");
    }

    private static SalvagedWork fetch(Repository vault, Remote remote, String ref, Base base, int depth)
            throws RemoteException, IOException {
        remote.connect(vault, transport -> {
            transport.setTagOpt(TagOpt.NO_TAGS);
            if (depth > 0) {
                // The work and its base.
                transport.setDepth(2);
            }
            return transport.fetch(NullProgressMonitor.INSTANCE, List.of(new RefSpec("+" + ref + ":" + REF)));
        });
        try (var walk = new RevWalk(vault)) {
            var commit = walk.parseCommit(vault.resolve(REF));
            if (commit.getParentCount() != 1 || !commit.getParent(0).name().equals(base.commit())) {
                return none(ref, "its work does not start from " + base.commit());
            }
            var baseTree = walk.parseCommit(commit.getParent(0)).getTree();
            if (!commit.getTree().equals(baseTree)) {
                var reader = walk.getObjectReader();
                check(reader, commit.getTree(), BaseDirectory.root(reader, baseTree), 0);
            }
            return new SalvagedWork(commit.name(), "Goes on with the work at " + ref + " (" + commit.name() + ").");
        } catch (CorruptObjectException | LargeObjectException e) {
            return none(ref, "it holds what is not checked out: " + e.getMessage());
        } catch (IncorrectObjectTypeException | MissingObjectException e) {
            return none(ref, "it is not a commit");
        }
    }

    private static SalvagedWork none(String ref, String why) {
        return new SalvagedWork("", "Starts from the base and not from the work at " + ref + ": " + why + ".");
    }

    private static Optional<String> firstThatIsThere(Repository vault, Remote remote, List<String> refs)
            throws RemoteException, IOException {
        return remote.connect(vault, transport -> {
            try (var connection = transport.openFetch()) {
                return refs.stream()
                        .filter(ref -> connection.getRef(ref) != null)
                        .findFirst();
            }
        });
    }

    /** Directories that are the base's are not looked at: they are checked out in any case. */
    private static void check(ObjectReader reader, ObjectId tree, BaseDirectory base, int depth) throws IOException {
        if (depth > SnapshotLimits.DEPTH) {
            throw new CorruptObjectException(tree, "directories lie too deep");
        }
        new ObjectChecker()
                .setSafeForMacOS(true)
                .setAllowLeadingZeroFileMode(true)
                .checkTree(tree, reader.open(tree, Constants.OBJ_TREE).getBytes(LARGEST_TREE));
        var names = new NameRule();
        var entries = new CanonicalTreeParser(new byte[0], reader, tree);
        for (; !entries.eof(); entries.next()) {
            var name = new byte[entries.getNameLength()];
            entries.getName(name, 0);
            var id = entries.getEntryObjectId();
            if (!names.permits(name)) {
                throw new CorruptObjectException(tree, "a name that may be taken for .git");
            }
            var unchanged = base.entry(name).filter(e -> e.id().equals(id)).isPresent();
            if (entries.getEntryFileMode().equals(FileMode.TREE) && !unchanged) {
                check(reader, id, base.child(name), depth + 1);
            }
        }
    }
}
