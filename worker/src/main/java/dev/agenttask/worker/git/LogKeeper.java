package dev.agenttask.worker.git;

import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.worker.pod.Bounded;
import dev.agenttask.worker.pod.Layout;
import dev.agenttask.worker.pod.StepFailure;
import dev.agenttask.worker.report.LogFiles;
import dev.agenttask.worker.report.Redactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.TimeoutException;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes the log of an attempt to its ref: a commit without a parent, of {@code log.txt} for people and
 * {@code events.jsonl} for programs. It never fails and takes a bounded time, as the log must not cost the work.
 */
public final class LogKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(LogKeeper.class);

    private final Layout layout;
    private final AttemptPlan plan;
    private final Remote remote;
    private final Redactor redactor;
    private final Clock clock;
    private final Duration limit;

    /** Pushes to {@code remote}, without the secrets that {@code redactor} knows, within {@code limit}. */
    public LogKeeper(Layout layout, AttemptPlan plan, Remote remote, Redactor redactor, Clock clock, Duration limit) {
        this.layout = layout;
        this.plan = plan;
        this.remote = remote;
        this.redactor = redactor;
        this.clock = clock;
        this.limit = limit;
    }

    /**
     * Keeps the log.
     *
     * @param lastWords a line to end it with; empty for none
     * @return the report, which says that the log is kept if it is
     */
    public StepReport keep(StepReport report, String lastWords) {
        try {
            var outcome = Bounded.call("log", limit, () -> push(lastWords));
            if (outcome instanceof Pusher.Outcome.Refused(var words)) {
                LOG.warn("the log is not kept: the server refused it: {}", words);
                return report;
            }
            return report.withLogKept();
        } catch (TimeoutException e) {
            LOG.warn("the log is not kept: pushing it took more than {} s", limit.toSeconds());
        } catch (StepFailure | IOException | RuntimeException e) {
            LOG.warn("the log is not kept: {}", redactor.redact(String.valueOf(e.getMessage())));
        }
        return report;
    }

    private Pusher.Outcome push(String lastWords) throws IOException {
        try (var vault = Vault.open(layout.repository())) {
            var commit = commit(vault, lastWords);
            var patience = limit.dividedBy(2);
            return new Retry(clock, patience)
                    .run(() -> new Pusher(vault, remote).overwrite(plan.logRef(), commit.name()));
        } catch (RemoteException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private ObjectId commit(Repository vault, String lastWords) throws IOException {
        var files = new LogFiles(layout.log());
        Files.createDirectories(layout.log());
        var text = Files.createTempFile(layout.log(), "text", "");
        try (var inserter = vault.newObjectInserter()) {
            files.write(text, redactor, lastWords, clock.instant());
            var tree = new TreeFormatter();
            if (Files.exists(files.events())) {
                tree.append("events.jsonl", FileMode.REGULAR_FILE, insert(inserter, files.events()));
            }
            tree.append("log.txt", FileMode.REGULAR_FILE, insert(inserter, text));
            var commit = inserter.insert(commit(inserter.insert(tree)));
            inserter.flush();
            return commit;
        } finally {
            Files.delete(text);
        }
    }

    private static ObjectId insert(ObjectInserter inserter, Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return inserter.insert(Constants.OBJ_BLOB, Files.size(file), in);
        }
    }

    private CommitBuilder commit(ObjectId tree) {
        var author = new PersonIdent(plan.author().name(), plan.author().email(), clock.instant(), ZoneOffset.UTC);
        var commit = new CommitBuilder();
        commit.setTreeId(tree);
        commit.setAuthor(author);
        commit.setCommitter(author);
        commit.setMessage(CommitMessage.ofLog(plan));
        return commit;
    }
}
