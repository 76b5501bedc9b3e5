package dev.agenttask.worker.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * When the running command last gave a sign of life that the worker can see, and the file {@code quiet} of the channel.
 * While that is there the supervisor, which alone sees the command's processes, looks whether they use CPU, and stops
 * the command when they have not for as long as the file says.
 */
public final class SignsOfLife {

    private final Path file;
    private volatile long last = System.nanoTime();
    private volatile boolean told;

    /** The file of a channel, in which a worker before this one may have left it. */
    SignsOfLife(Path channel) {
        this.file = channel.resolve("quiet");
        this.told = Files.exists(file);
    }

    /**
     * A sign was seen just now.
     *
     * @throws IOException if the channel cannot be written
     */
    public void note() throws IOException {
        last = System.nanoTime();
        if (told) {
            forget();
        }
    }

    /** A command begins, for which what was not seen before does not count. What a worker before this one told stands. */
    public void begin() {
        last = System.nanoTime();
    }

    /** How long none was seen. */
    public Duration silence() {
        return Duration.ofNanos(System.nanoTime() - last);
    }

    /**
     * Tells the supervisor that there is none, unless it knows. Both durations are rounded up to seconds.
     *
     * @param left how long the command may go on without using CPU
     * @param limit how long once it has used some
     * @throws IOException if the channel cannot be written
     */
    public synchronized void tell(Duration left, Duration limit) throws IOException {
        if (told) {
            return;
        }
        var before = last;
        Files.writeString(file, seconds(left) + " " + seconds(limit) + "\n");
        told = true;
        if (last != before) {
            forget();
        }
    }

    /**
     * Tells the supervisor to count no more.
     *
     * @throws IOException if the channel cannot be written
     */
    public synchronized void forget() throws IOException {
        Files.deleteIfExists(file);
        told = false;
    }

    private static long seconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
