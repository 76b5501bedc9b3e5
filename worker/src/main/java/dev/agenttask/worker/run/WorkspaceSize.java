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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks now and then how large the workspace is, and says once when it is too large. Links are not followed. */
final class WorkspaceSize implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofSeconds(2);
    /** Looking takes at most about this part of the time. */
    private static final int REST_FACTOR = 20;

    private final Path workspace;
    private final long limit;
    private final Mailbox mailbox;
    private final ScheduledExecutorService timer;

    private WorkspaceSize(Path workspace, long limit, Mailbox mailbox) {
        this.workspace = workspace;
        this.limit = limit;
        this.mailbox = mailbox;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("workspace-size").daemon().factory());
    }

    /** Watches until closed. {@code limit} is in bytes. */
    static WorkspaceSize watch(Path workspace, long limit, Mailbox mailbox) {
        var watch = new WorkspaceSize(workspace, limit, mailbox);
        watch.lookAfter(INTERVAL);
        return watch;
    }

    /** What a quantity such as {@code 10Gi} is in bytes. */
    static long bytes(String quantity) {
        var number = Long.parseLong(quantity.substring(0, quantity.length() - 2));
        var power =
                switch (quantity.substring(quantity.length() - 2)) {
                    case "Ki" -> 1;
                    case "Mi" -> 2;
                    case "Gi" -> 3;
                    case "Ti" -> 4;
                    default -> throw new IllegalArgumentException("not a size such as 500Mi or 10Gi: " + quantity);
                };
        return Math.multiplyExact(number, 1L << (10 * power));
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
        if (size() > limit) {
            mailbox.accept(new Signal.WorkspaceTooLarge());
            return;
        }
        var rest = Duration.ofNanos((System.nanoTime() - startedAt) * REST_FACTOR);
        lookAfter(rest.compareTo(INTERVAL) > 0 ? rest : INTERVAL);
    }

    private long size() {
        var sum = new Sum();
        try {
            Files.walkFileTree(workspace.toRealPath(), sum);
        } catch (IOException e) {
            // The agent changes directories while they are listed. What was seen counts.
            return sum.bytes;
        }
        return sum.bytes;
    }

    private final class Sum extends SimpleFileVisitor<Path> {

        private long bytes;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes += attributes.size();
            return bytes > limit || timer.isShutdown() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }
}
