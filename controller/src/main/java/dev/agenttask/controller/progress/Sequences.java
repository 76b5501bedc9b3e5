package dev.agenttask.controller.progress;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Numbers the controller's events. They rise within a task also across restarts of the controller, because they follow
 * the time in milliseconds; two in one millisecond still differ.
 */
final class Sequences {

    private final Map<String, Long> last = new HashMap<>();

    synchronized long next(String uid, Instant time) {
        return last.merge(uid, time.toEpochMilli(), (known, now) -> Math.max(known + 1, now));
    }

    synchronized void forget(String uid) {
        last.remove(uid);
    }
}
