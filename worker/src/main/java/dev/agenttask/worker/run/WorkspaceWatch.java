package dev.agenttask.worker.run;

import dev.agenttask.worker.sandbox.Mailbox;
import dev.agenttask.worker.sandbox.Signal;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks now and then at the workspace: says once when it is too large, and counts how often something in it was found
 * changed. Links are not followed.
 */
final class WorkspaceWatch implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofSeconds(2);
    /** Looking takes at most about this part of the time. */
    private static final int REST_FACTOR = 20;
    /** A file takes whole blocks of the disk, and an inode: a million files of one byte are not a megabyte. */
    private static final long BLOCK = 4096;

    private final Path workspace;
    private final long limit;
    private final Mailbox mailbox;
    private final ScheduledExecutorService timer;
    private volatile Duration interval = INTERVAL;
    private volatile long changes;
    private @Nullable Look before;

    private WorkspaceWatch(Path workspace, long limit, Mailbox mailbox) {
        this.workspace = workspace;
        this.limit = limit;
        this.mailbox = mailbox;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("workspace-watch").daemon().factory());
    }

    /** Watches until closed. {@code limit} is in bytes. */
    static WorkspaceWatch start(Path workspace, long limit, Mailbox mailbox) {
        var watch = new WorkspaceWatch(workspace, limit, mailbox);
        watch.lookAfter(Duration.ZERO);
        return watch;
    }

    /** How often it was found changed so far. */
    long changes() {
        return changes;
    }

    /** How long it may take until a change is found, at most. */
    Duration latency() {
        return interval.multipliedBy(2);
    }

    /** Stops looking, and takes back what it has said. */
    @Override
    public void close() {
        timer.shutdownNow();
        mailbox.forget(Signal.WorkspaceTooLarge.class::isInstance);
    }

    private void lookAfter(Duration pause) {
        if (!timer.isShutdown()) {
            timer.schedule(this::look, pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        var startedAt = System.nanoTime();
        var now = new Look();
        now.walk();
        if (before != null && !now.sees(before)) {
            changes++;
        }
        before = now;
        if (now.bytes > limit) {
            mailbox.accept(new Signal.WorkspaceTooLarge());
            return;
        }
        var rest = Duration.ofNanos((System.nanoTime() - startedAt) * REST_FACTOR);
        interval = rest.compareTo(INTERVAL) > 0 ? rest : INTERVAL;
        lookAfter(interval);
    }

    /** What there was at one time: how much, and a sum over all that tells a change. */
    private final class Look extends SimpleFileVisitor<Path> {

        private long bytes;
        private long fingerprint;

        void walk() {
            try {
                Files.walkFileTree(workspace.toRealPath(), this);
            } catch (IOException e) {
                // The agent changes directories while they are listed. What was seen counts.
                fingerprint++;
            }
        }

        boolean sees(Look other) {
            return bytes == other.bytes && fingerprint == other.fingerprint;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return visit(attributes);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            return visit(attributes);
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
            return FileVisitResult.CONTINUE;
        }

        private FileVisitResult visit(BasicFileAttributes attributes) {
            var size = attributes.size();
            bytes += (size / BLOCK + 1) * BLOCK;
            fingerprint += mix(attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)
                    ^ Long.rotateLeft(size, 20)
                    ^ Long.rotateLeft(Objects.hashCode(attributes.fileKey()), 40));
            return bytes > limit || timer.isShutdown() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }

        /** Spreads a number over all bits, as SplittableRandom does, so that a sum of many tells them apart. */
        private static long mix(long value) {
            var z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            return z ^ (z >>> 31);
        }
    }
}
