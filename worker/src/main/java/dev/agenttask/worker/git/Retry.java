package dev.agenttask.worker.git;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;

/** Tries again while a remote is away. */
public final class Retry {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Clock clock;
    private final Duration patience;

    /** What is tried. */
    @FunctionalInterface
    public interface Call<T> {

        /**
         * Does it once.
         *
         * @throws RemoteException if the remote did not play its part
         * @throws IOException if our own side did not
         */
        T run() throws RemoteException, IOException;
    }

    /** Begins no new try when {@code patience} is over. */
    public Retry(Clock clock, Duration patience) {
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * Calls until it succeeds, fails for a reason that does not pass, or the patience is over.
     *
     * @throws RemoteException of the last try
     * @throws IOException if our own side failed
     */
    public <T> T run(Call<T> call) throws RemoteException, IOException {
        var giveUpAt = clock.instant().plus(patience);
        var pause = FIRST_PAUSE;
        while (true) {
            try {
                return call.run();
            } catch (RemoteException e) {
                if (e.kind() != RemoteException.Kind.UNREACHABLE
                        || clock.instant().plus(pause).isAfter(giveUpAt)) {
                    throw e;
                }
            }
            sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
    }

    private static void sleep(Duration pause) throws IOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
