package dev.agenttask.worker.run;

import dev.agenttask.api.Base;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.event.EventData;
import dev.agenttask.worker.git.Pusher;
import dev.agenttask.worker.git.Remote;
import dev.agenttask.worker.git.RemoteException;
import dev.agenttask.worker.git.Snapshot;
import dev.agenttask.worker.git.SnapshotLimits;
import dev.agenttask.worker.git.Vault;
import dev.agenttask.worker.pod.CheckpointRecord;
import dev.agenttask.worker.pod.JsonFile;
import dev.agenttask.worker.pod.Layout;
import dev.agenttask.worker.report.Reporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes the work of a running agent to the salvage ref now and then, so that a pod that is lost without a word loses
 * little. Whatever fails here is tried again the next time, and is no failure of the attempt.
 */
final class Checkpoints {

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Layout layout;
    private final AttemptPlan plan;
    private final Base base;
    private final Remote remote;
    private final Reporter reporter;
    private final Clock clock;
    private final BooleanSupplier podEnds;
    private final JsonFile<CheckpointRecord> file;

    Checkpoints(
            Layout layout,
            AttemptPlan plan,
            Base base,
            Remote remote,
            Reporter reporter,
            Clock clock,
            BooleanSupplier podEnds) {
        this.layout = layout;
        this.plan = plan;
        this.base = base;
        this.remote = remote;
        this.reporter = reporter;
        this.clock = clock;
        this.podEnds = podEnds;
        this.file = new JsonFile<>(layout.checkpoint(), CheckpointRecord.class);
    }

    /** Begins, for an agent that is about to run in the workspace that is watched. */
    Running start(WorkspaceWatch workspace) {
        return new Running(workspace);
    }

    /** Goes on until closed. */
    final class Running implements AutoCloseable {

        private final WorkspaceWatch workspace;
        private final CountDownLatch end = new CountDownLatch(1);
        private final Thread thread;
        private volatile boolean pushing;

        private Running(WorkspaceWatch workspace) {
            this.workspace = workspace;
            this.thread = Thread.ofPlatform().name("checkpoints").daemon().start(this::run);
        }

        /**
         * Begins no push any more, and waits for one that has begun, but not for long: should it hang, the server takes it
         * only if the ref is still what it was when the push began.
         */
        @Override
        public void close() {
            end.countDown();
            if (!pushing) {
                // Files are not read to their end then.
                thread.interrupt();
            }
            try {
                if (!thread.join(PATIENCE)) {
                    LOG.warn("a checkpoint is still being made");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void run() {
            // What was changed before this worker or this agent began is not known here.
            var seen = -1L;
            try {
                while (!end.await(plan.checkpointInterval().toMillis(), TimeUnit.MILLISECONDS)) {
                    var changes = workspace.changes();
                    if (changes != seen) {
                        seen = changes;
                        make();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void make() {
            try (var vault = Vault.open(layout.repository())) {
                if (sizeOf(layout.vault()) > plan.limits().workspaceBytes()) {
                    // The rest of the vault's volume is for the commit that is made in the end.
                    LOG.warn(
                            "no checkpoint: the vault holds more than {}",
                            plan.limits().workspaceSize());
                    return;
                }
                var snapshot = Snapshot.takeCheckpoint(
                        vault,
                        layout.workspace(),
                        base,
                        plan,
                        SnapshotLimits.ofBytes(plan.limits().workspaceBytes()),
                        clock.instant());
                pushing = true;
                if (!isOver() && isNews(vault, snapshot)) {
                    push(vault, snapshot);
                }
            } catch (RemoteException | IOException | RuntimeException e) {
                LOG.warn("no checkpoint: {}", e.getMessage());
            } finally {
                pushing = false;
            }
        }

        private void push(Repository vault, Snapshot snapshot) throws RemoteException, IOException {
            file.write(file.read().orElse(new CheckpointRecord(plan.wipRef(), "", Instant.EPOCH)));
            var outcome = new Pusher(vault, remote).overwrite(plan.wipRef(), snapshot.commit());
            if (outcome instanceof Pusher.Outcome.Pushed) {
                file.write(new CheckpointRecord(plan.wipRef(), snapshot.commit(), clock.instant()));
                reporter.report(new EventData.Checkpoint(
                        plan.wipRef(), snapshot.commit(), snapshot.changes().files()));
            } else {
                LOG.warn("no checkpoint: {}", outcome);
            }
        }

        private boolean isOver() {
            return end.getCount() == 0 || podEnds.getAsBoolean();
        }
    }

    private boolean isNews(Repository vault, Snapshot snapshot) throws IOException {
        var before = file.read().map(CheckpointRecord::commit).filter(commit -> !commit.isEmpty());
        return snapshot.changed() && (before.isEmpty() || !Vault.sameFiles(vault, before.get(), snapshot.commit()));
    }

    private static long sizeOf(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(path -> path.toFile().length())
                    .sum();
        }
    }
}
