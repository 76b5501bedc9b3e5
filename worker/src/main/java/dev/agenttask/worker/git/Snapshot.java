package dev.agenttask.worker.git;

import dev.agenttask.api.Base;
import dev.agenttask.api.attempt.AttemptPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * What was made of the workspace.
 *
 * @param commit one commit on the base; empty when nothing differs from it
 * @param changes how much differs
 * @param empty whether the base has files and the commit has none
 * @param notes what was left out, and why
 */
public record Snapshot(String commit, DiffStat changes, boolean empty, List<String> notes) {

    public Snapshot {
        notes = List.copyOf(notes);
    }

    /** Whether anything differs from the base. */
    public boolean changed() {
        return !commit.isEmpty();
    }

    /**
     * Makes one commit of a workspace, in the vault. Nothing in the workspace is trusted.
     *
     * @param vault where the base is, and the commit goes
     * @param workspace the directory
     * @param base what the work started from
     * @param plan the author and the message
     * @param limits how large the workspace may be
     * @param now the time of the commit
     * @throws WorkspaceTooLargeException if the workspace exceeds the limits
     * @throws IOException if it cannot be read, or the vault cannot be written
     */
    public static Snapshot take(
            Repository vault, Path workspace, Base base, AttemptPlan plan, SnapshotLimits limits, Instant now)
            throws IOException {
        return take(vault, Vault.HEAD, workspace, base, plan, limits, now);
    }

    /**
     * As {@link #take}, of a workspace in which the agent still works.
     *
     * @throws WorkspaceTooLargeException if the workspace exceeds the limits
     * @throws IOException if it cannot be read, or the vault cannot be written
     */
    public static Snapshot takeCheckpoint(
            Repository vault, Path workspace, Base base, AttemptPlan plan, SnapshotLimits limits, Instant now)
            throws IOException {
        return take(vault, Vault.CHECKPOINT, workspace, base, plan, limits, now);
    }

    private static Snapshot take(
            Repository vault,
            String ref,
            Path workspace,
            Base base,
            AttemptPlan plan,
            SnapshotLimits limits,
            Instant now)
            throws IOException {
        try (var inserter = vault.newObjectInserter();
                var reader = vault.newObjectReader();
                var walk = new RevWalk(reader)) {
            var parent = walk.parseCommit(ObjectId.fromString(base.commit()));
            var walker = new WorkspaceTree(inserter, reader, limits);
            var tree = walker.of(workspace, BaseDirectory.root(reader, parent.getTree()));
            if (tree.equals(parent.getTree())) {
                return new Snapshot("", DiffStat.NONE, false, walker.notes());
            }
            var commit = inserter.insert(commit(parent, tree, plan, now));
            inserter.flush();
            RefWriter.set(vault, ref, commit);
            return new Snapshot(
                    commit.name(),
                    DiffStat.between(vault, parent.getTree(), tree),
                    tree.equals(Constants.EMPTY_TREE_ID),
                    walker.notes());
        }
    }

    private static CommitBuilder commit(ObjectId parent, ObjectId tree, AttemptPlan plan, Instant now) {
        var author = new PersonIdent(plan.author().name(), plan.author().email(), now, ZoneOffset.UTC);
        var commit = new CommitBuilder();
        commit.setTreeId(tree);
        commit.setParentId(parent);
        commit.setAuthor(author);
        commit.setCommitter(author);
        commit.setMessage(CommitMessage.of(plan));
        return commit;
    }
}
