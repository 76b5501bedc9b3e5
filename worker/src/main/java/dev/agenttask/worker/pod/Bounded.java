package dev.agenttask.worker.pod;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Bounds the time of something that blocks in the kernel, where nothing interrupts it. */
public final class Bounded {

    /** What is done. */
    @FunctionalInterface
    public interface Call<T> {
        T run() throws StepFailure, IOException;
    }

    private Bounded() {}

    /**
     * Runs on a thread of its own, which is left behind if it takes too long; it does not keep the process alive.
     *
     * @throws TimeoutException if it takes too long
     * @throws StepFailure as the call does
     * @throws IOException as the call does, or if this thread is interrupted
     */
    public static <T> T call(String name, Duration timeout, Call<T> call)
            throws TimeoutException, StepFailure, IOException {
        var result = new CompletableFuture<T>();
        Thread.ofPlatform().name(name).daemon().start(() -> {
            try {
                result.complete(call.run());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case StepFailure failure -> throw failure;
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }
}
