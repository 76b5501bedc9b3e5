package dev.agenttask.worker.run;

import dev.agenttask.worker.sandbox.SignsOfLife;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a command stopped that for as long as {@code limits.stall} neither prints, nor changes a file of the workspace,
 * nor uses CPU. The first two are seen here; after a while without them the supervisor is told to look at the third.
 */
final class StallWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);

    private static final Duration TICK = Duration.ofSeconds(1);
    /** The part of the limit, and the longest time, after which the supervisor begins to look. */
    private static final int QUIET_PART = 10;

    private static final Duration QUIET_AT_MOST = Duration.ofSeconds(30);

    private final SignsOfLife signs;
    private final WorkspaceWatch workspace;
    private final Duration limit;
    private final ScheduledExecutorService timer;
    private long changes;

    private StallWatch(SignsOfLife signs, WorkspaceWatch workspace, Duration limit) {
        this.signs = signs;
        this.workspace = workspace;
        this.limit = limit;
        this.changes = workspace.changes();
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("stall-watch").daemon().factory());
    }

    /** Watches until closed. */
    static StallWatch start(SignsOfLife signs, WorkspaceWatch workspace, Duration limit) {
        signs.begin();
        var watch = new StallWatch(signs, workspace, limit);
        watch.timer.scheduleWithFixedDelay(watch::look, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    @Override
    public void close() throws IOException {
        timer.close();
        signs.forget();
    }

    private void look() {
        try {
            var found = workspace.changes();
            if (found != changes) {
                changes = found;
                signs.note();
            }
            var silence = signs.silence();
            if (silence.compareTo(quietAfter()) >= 0) {
                // Changes are found late: what was written just within the limit must still count.
                var patience = limit.plus(workspace.latency()).plus(TICK);
                signs.tell(longer(patience.minus(silence), TICK), patience);
            }
        } catch (IOException e) {
            LOG.warn("cannot tell the supervisor whether the agent is quiet", e);
        }
    }

    private Duration quietAfter() {
        var part = limit.dividedBy(QUIET_PART);
        return part.compareTo(QUIET_AT_MOST) < 0 ? longer(part, TICK) : QUIET_AT_MOST;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
