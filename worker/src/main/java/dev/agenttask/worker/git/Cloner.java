package dev.agenttask.worker.git;

import dev.agenttask.api.Base;
import dev.agenttask.api.FailureClass;
import dev.agenttask.worker.pod.StepFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;

/** Fetches the commit to start from into the vault. */
public final class Cloner {

    private static final int LISTED_REFS = 8;

    private final Repository vault;
    private final Remote remote;
    private final Retry retry;

    /** Fetches from {@code remote}, which is tried again as {@code retry} says while it is away, into {@code vault}. */
    public Cloner(Repository vault, Remote remote, Retry retry) {
        this.vault = vault;
        this.remote = remote;
        this.retry = retry;
    }

    /**
     * Fetches.
     *
     * @param wanted branch, tag, or empty for what the remote's HEAD names
     * @param commit full id of the commit to start from, which must be reachable from the ref, or empty for its tip
     * @param depth how many commits of history; 0 for all
     * @return the ref's full name and the commit
     * @throws StepFailure if there is no such ref or commit
     * @throws RemoteException if the remote cannot be read
     * @throws IOException if the vault cannot be written
     */
    public Base fetch(String wanted, String commit, int depth) throws StepFailure, RemoteException, IOException {
        var ref = resolve(wanted);
        fetch(ref, depth);
        var tip = vault.resolve(Vault.BASE + "^{commit}");
        if (tip == null) {
            throw new StepFailure(FailureClass.TASK, "RefNotFound", "'" + wanted + "' is not a commit.");
        }
        if (commit.isEmpty() || tip.name().equals(commit)) {
            keep(tip);
            return new Base(ref, tip.name());
        }
        if (!reachable(commit, tip) && depth > 0) {
            fetch(ref, Constants.INFINITE_DEPTH);
        }
        if (!reachable(commit, tip)) {
            throw new StepFailure(
                    FailureClass.TASK,
                    "CommitNotFound",
                    "The commit " + commit + " is not in the history of " + shorten(ref) + " at " + remote.url() + ".");
        }
        keep(ObjectId.fromString(commit));
        return new Base(ref, commit);
    }

    private String resolve(String wanted) throws StepFailure, RemoteException, IOException {
        var refs = retry.run(() -> remote.connect(vault, transport -> {
            try (var connection = transport.openFetch()) {
                return connection.getRefs();
            }
        }));
        return find(refs, wanted)
                .orElseThrow(() -> new StepFailure(FailureClass.TASK, "RefNotFound", missing(refs, wanted)));
    }

    /** The full name of what is wanted: a branch, a tag, a full name, or what HEAD names if that is empty. */
    static Optional<String> find(Collection<Ref> refs, String wanted) {
        if (wanted.isEmpty()) {
            return refs.stream()
                    .filter(ref -> ref.getName().equals(Constants.HEAD) && ref.getObjectId() != null)
                    .map(ref -> ref.getTarget().getName())
                    .findFirst();
        }
        var names = refs.stream().map(Ref::getName).toList();
        return List.of(Constants.R_HEADS + wanted, Constants.R_TAGS + wanted, wanted).stream()
                .filter(name -> name.startsWith(Constants.R_REFS) && names.contains(name))
                .findFirst();
    }

    private String missing(Collection<Ref> refs, String wanted) {
        var names = refs.stream()
                .map(Ref::getName)
                .filter(name -> name.startsWith(Constants.R_HEADS) || name.startsWith(Constants.R_TAGS))
                .map(Cloner::shorten)
                .toList();
        if (names.isEmpty()) {
            return "The repository " + remote.url() + " is empty.";
        }
        if (wanted.isEmpty()) {
            return "The HEAD of " + remote.url() + " names no branch: set spec.repository.ref.";
        }
        var some = String.join(", ", names.subList(0, Math.min(LISTED_REFS, names.size())));
        return "There is no branch or tag '" + wanted + "' at " + remote.url() + ". There are: " + some
                + (names.size() > LISTED_REFS ? " and " + (names.size() - LISTED_REFS) + " more." : ".");
    }

    private void fetch(String ref, int depth) throws RemoteException, IOException {
        var specs = new ArrayList<RefSpec>();
        specs.add(new RefSpec("+" + ref + ":" + Vault.BASE));
        retry.run(() -> remote.connect(vault, transport -> {
            transport.setTagOpt(TagOpt.NO_TAGS);
            if (depth > 0) {
                transport.setDepth(depth);
            }
            return transport.fetch(NullProgressMonitor.INSTANCE, specs);
        }));
    }

    private boolean reachable(String commit, ObjectId tip) throws IOException {
        try (var walk = new RevWalk(vault)) {
            RevCommit wanted = walk.parseCommit(ObjectId.fromString(commit));
            return walk.isMergedInto(wanted, walk.parseCommit(tip));
        } catch (MissingObjectException | IncorrectObjectTypeException e) {
            return false;
        }
    }

    private void keep(ObjectId base) throws IOException {
        RefWriter.set(vault, Vault.BASE, base);
    }

    private static String shorten(String ref) {
        return Repository.shortenRefName(ref);
    }
}
