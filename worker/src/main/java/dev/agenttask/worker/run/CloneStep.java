package dev.agenttask.worker.run;

import dev.agenttask.api.Base;
import dev.agenttask.api.FailureClass;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.StepReport;
import dev.agenttask.worker.git.BaseTree;
import dev.agenttask.worker.git.Checkout;
import dev.agenttask.worker.git.Cloner;
import dev.agenttask.worker.git.Remote;
import dev.agenttask.worker.git.RemoteException;
import dev.agenttask.worker.git.Retry;
import dev.agenttask.worker.git.SalvagedWork;
import dev.agenttask.worker.git.SnapshotLimits;
import dev.agenttask.worker.git.Vault;
import dev.agenttask.worker.pod.Bounded;
import dev.agenttask.worker.pod.CloneRecord;
import dev.agenttask.worker.pod.JsonFile;
import dev.agenttask.worker.pod.Layout;
import dev.agenttask.worker.pod.StepFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The first step: puts the supervisor into the tools, fetches into the vault and checks the workspace out. */
public final class CloneStep {

    private static final String EXECUTABLE_ONLY = "--x--x--x";
    private static final String READABLE = "r-xr-xr-x";
    private static final String OPEN = "rwx------";
    private static final String CLOSED = "---------";

    private final Layout layout;
    private final AttemptPlan plan;
    private final Remote remote;
    private final Retry retry;
    private final Duration timeout;
    private final Clock clock;

    /**
     * Clones from {@code remote}, which is tried again as {@code retry} says while it is away; what is not done within
     * {@code timeout} has failed.
     */
    public CloneStep(Layout layout, AttemptPlan plan, Remote remote, Retry retry, Duration timeout, Clock clock) {
        this.layout = layout;
        this.plan = plan;
        this.remote = remote;
        this.retry = retry;
        this.timeout = timeout;
        this.clock = clock;
    }

    /** Clones, and tells what the base is or why there is none. */
    public StepReport run() {
        var startedAt = clock.instant();
        try {
            var cloned = Bounded.call("clone", timeout, this::cloneBase);
            var record = new CloneRecord(startedAt, clock.instant(), cloned.base(), cloned.note());
            new JsonFile<>(layout.cloneRecord(), CloneRecord.class).write(record);
            return new StepReport(null, "", cloned.note(), cloned.base(), "", "", "", null, List.of(), 0, 0, 0, false);
        } catch (StepFailure e) {
            return e.report();
        } catch (TimeoutException e) {
            return StepReport.failure(
                    FailureClass.INFRASTRUCTURE,
                    "CloneTimeout",
                    "Cloning " + remote.url() + " took more than " + timeout.toSeconds() + " s.");
        } catch (IOException e) {
            return StepReport.failure(
                    FailureClass.INFRASTRUCTURE,
                    "CloneFailed",
                    "Cloning " + remote.url() + " failed: " + remote.clean(String.valueOf(e)));
        } catch (OutOfMemoryError e) {
            return StepReport.failure(
                    FailureClass.TASK,
                    "RepositoryTooLarge",
                    "Cloning " + remote.url() + " needs more memory than the clone has. Set spec.repository.depth to"
                            + " 1 if it is not, or have the operator's tasks.resources.git.limits.memory raised.");
        }
    }

    private record Cloned(Base base, String note) {}

    private Cloned cloneBase() throws StepFailure, IOException {
        installTools();
        // A pod whose node was restarted runs its first step again.
        Checkout.empty(layout.vault());
        Checkout.empty(layout.workspace());
        var repository = plan.repository();
        try (var vault = Vault.create(layout.repository())) {
            var base =
                    new Cloner(vault, remote, retry).fetch(repository.ref(), repository.commit(), repository.depth());
            BaseTree.check(
                    vault, base.commit(), SnapshotLimits.ofBytes(plan.limits().workspaceBytes()));
            var work = retry.run(() -> SalvagedWork.fetch(vault, remote, plan.resumeFrom(), base, repository.depth()));
            new Checkout(layout.repository()).workspace(layout.workspace(), base, remote.url(), work);
            return new Cloned(base, work.note());
        } catch (RemoteException e) {
            throw new StepFailure(classify(e));
        }
    }

    private StepReport classify(RemoteException e) {
        return switch (e.kind()) {
            case UNREACHABLE ->
                StepReport.failure(FailureClass.INFRASTRUCTURE, "RepositoryUnreachable", e.getMessage());
            case UNAUTHORIZED, FORBIDDEN ->
                StepReport.failure(FailureClass.TASK, "AuthenticationFailed", e.getMessage() + " " + secretToCheck());
            case NOT_FOUND -> StepReport.failure(FailureClass.TASK, "RepositoryNotFound", e.getMessage());
            case MOVED -> StepReport.failure(FailureClass.TASK, "RepositoryMoved", e.getMessage());
            case UNUSABLE -> StepReport.failure(FailureClass.TASK, "RepositoryUnusable", e.getMessage());
        };
    }

    private String secretToCheck() {
        var name = plan.repository().credentialsSecret();
        return name.isEmpty()
                ? "Put one into a Secret and name it in spec.repository.credentialsSecret."
                : "Check username and password in Secret '" + name + "'.";
    }

    private void installTools() throws IOException {
        install("busybox", "sh", EXECUTABLE_ONLY);
        install("supervise", "supervise", READABLE);
        closeTerminationMessage();
    }

    /** The container runtime mounts over the file as root; nobody else may enter the directory. */
    private void closeTerminationMessage() throws IOException {
        var message = layout.closedTerminationMessage();
        var directory = Files.createDirectories(message.getParent());
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(OPEN));
        if (!Files.exists(message)) {
            Files.createFile(message);
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(CLOSED));
    }

    private void install(String source, String name, String permissions) throws IOException {
        var target = layout.tools().resolve(name);
        Files.copy(layout.supervisorOfImage().resolve(source), target, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(permissions));
    }
}
