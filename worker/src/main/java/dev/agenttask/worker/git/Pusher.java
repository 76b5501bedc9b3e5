package dev.agenttask.worker.git;

import dev.agenttask.api.attempt.AttemptPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
import org.eclipse.jgit.errors.TooLargePackException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.TagOpt;

/** Pushes a commit of the vault. */
public final class Pusher {

    private static final String SEEN = "refs/agenttask/seen";
    private static final Pattern NO_SPACE =
            Pattern.compile("no space left|quota exceeded|disk (is )?full", Pattern.CASE_INSENSITIVE);

    private final Repository vault;
    private final Remote remote;

    /** What a server says that could store the objects and does not want them. */
    private static final Pattern NEVER_TAKEN = Pattern.compile("exceeds maximum allowed size|fsck error");

    /** How a push ended. */
    public sealed interface Outcome {

        /** The ref names the commit now, or is gone if it was to be removed. */
        record Pushed() implements Outcome {}

        /** The ref names someone else's commit, which was left alone. */
        record Taken(String commit) implements Outcome {}

        /** The ref names the work of a later attempt at the task, which was left alone. */
        record Superseded(int attempt) implements Outcome {}

        /** The server did not want it, in its own words. */
        record Refused(String words) implements Outcome {}
    }

    /** Pushes from {@code vault} to {@code remote}. */
    public Pusher(Repository vault, Remote remote) {
        this.vault = vault;
        this.remote = remote;
    }

    /**
     * Sets a ref that only this attempt uses, whatever it names.
     *
     * @throws RemoteException if the remote cannot be reached or does not permit it
     * @throws IOException if the vault cannot be read
     */
    public Outcome overwrite(String ref, String commit) throws RemoteException, IOException {
        return push(ref, commit, Optional.empty());
    }

    /**
     * Removes a ref that only this attempt uses.
     *
     * @throws RemoteException if the remote cannot be reached or does not permit it
     * @throws IOException if the vault cannot be read
     */
    public Outcome remove(String ref) throws RemoteException, IOException {
        return push(ref, ObjectId.zeroId().name(), Optional.empty());
    }

    /**
     * Sets a branch that is not there, or whose tip was made by this attempt or one before; never over someone else's
     * commit or over that of a later attempt, also when that arrives at the same moment. There is a later attempt while
     * this one goes on where its node has lost the API server, and not the repository.
     *
     * @throws RemoteException if the remote cannot be reached or does not permit it
     * @throws IOException if the vault cannot be read
     */
    public Outcome setOwn(String ref, String commit, AttemptPlan plan) throws RemoteException, IOException {
        var tip = tip(ref);
        if (tip.filter(now -> now.name().equals(commit)).isPresent()) {
            return new Outcome.Pushed();
        }
        if (tip.isPresent()) {
            var made = attempt(ref, tip.get(), plan);
            if (made.isEmpty()) {
                return new Outcome.Taken(tip.get().name());
            }
            if (made.getAsInt() > plan.attempt()) {
                return new Outcome.Superseded(made.getAsInt());
            }
        }
        var outcome = push(ref, commit, Optional.of(tip.orElse(ObjectId.zeroId())));
        return outcome instanceof Outcome.Refused && isAt(ref, commit) ? new Outcome.Pushed() : outcome;
    }

    /** A push that was given up without an answer may be carried out while the next one is on its way, which then fails. */
    private boolean isAt(String ref, String commit) throws RemoteException, IOException {
        return tip(ref).filter(now -> now.name().equals(commit)).isPresent();
    }

    private Optional<ObjectId> tip(String ref) throws RemoteException, IOException {
        return remote.connect(vault, transport -> {
            try (var connection = transport.openPush()) {
                return Optional.ofNullable(connection.getRef(ref)).map(r -> r.getObjectId());
            }
        });
    }

    /** The attempt at this task that made the tip of a branch; empty if it is someone else's. */
    private OptionalInt attempt(String ref, ObjectId tip, AttemptPlan plan) throws RemoteException, IOException {
        remote.connect(vault, transport -> {
            transport.setTagOpt(TagOpt.NO_TAGS);
            transport.setDepth(1);
            return transport.fetch(NullProgressMonitor.INSTANCE, List.of(new RefSpec("+" + ref + ":" + SEEN)));
        });
        var seen = vault.resolve(SEEN);
        if (!tip.equals(seen)) {
            return OptionalInt.empty();
        }
        try (var walk = new RevWalk(vault)) {
            return CommitMessage.attempt(walk.parseCommit(seen), plan);
        }
    }

    private Outcome push(String ref, String commit, Optional<ObjectId> expected) throws RemoteException, IOException {
        var outcome = remote.connect(vault, transport -> {
            var update = new RemoteRefUpdate(
                    vault, null, ObjectId.fromString(commit), ref, true, null, expected.orElse(null));
            transport.setPushThin(true);
            var said = new Words();
            try {
                transport.push(NullProgressMonitor.INSTANCE, List.of(update), said);
            } catch (TooLargePackException | TooLargeObjectInPackException e) {
                return new Outcome.Refused(remote.clean(e.getMessage() + said));
            } catch (TransportException e) {
                var words = e.getMessage() + said;
                if (NEVER_TAKEN.matcher(words).find()) {
                    return new Outcome.Refused(remote.clean(words));
                }
                throw new TransportException(words, e);
            }
            return switch (update.getStatus()) {
                case OK, UP_TO_DATE, NON_EXISTING -> new Outcome.Pushed();
                case REJECTED_REMOTE_CHANGED -> new Outcome.Taken("another commit");
                default -> new Outcome.Refused(remote.clean(reason(update) + said));
            };
        });
        if (outcome instanceof Outcome.Refused(var words)
                && NO_SPACE.matcher(words).find()) {
            throw new RemoteException(
                    RemoteException.Kind.UNREACHABLE, "The server of " + remote.url() + " has no space left: " + words);
        }
        return outcome;
    }

    private static String reason(RemoteRefUpdate update) {
        return update.getMessage() == null ? update.getStatus().toString() : update.getMessage();
    }

    /** What the server and its hooks say while they take a push: the beginning of it. */
    private static final class Words extends OutputStream {

        private static final int ENOUGH = 4096;

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            if (bytes.size() < ENOUGH) {
                bytes.write(b);
            }
        }

        boolean isEmpty() {
            return bytes.toString(StandardCharsets.UTF_8).isBlank();
        }

        @Override
        public String toString() {
            return isEmpty()
                    ? ""
                    : " (" + bytes.toString(StandardCharsets.UTF_8).strip() + ")";
        }
    }
}
