package dev.agenttask.controller.forecast;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How often each group was tried in vain. It is kept in memory alone: a controller that is started anew tries again. Not for
 * several threads.
 */
public final class ForecastTries {

    private static final int FACTOR = 5;

    private final Map<ForecastKey, Tries> byGroup = new HashMap<>();

    private record Tries(int failed, Instant notBefore) {}

    /** Counts a failure. Whether it is one too many: then it is for others to say so, and counting starts anew. */
    public boolean failed(ForecastKey key, Instant now) {
        var failed = Optional.ofNullable(byGroup.get(key)).map(Tries::failed).orElse(0) + 1;
        var enough = failed >= ForecastRules.TRIES;
        var pause = ForecastRules.BACKOFF.multipliedBy((long) Math.pow(FACTOR, failed - 1.0));
        byGroup.put(key, new Tries(enough ? 0 : failed, now.plus(pause)));
        return enough;
    }

    /** Forgets the failures of a group. */
    public void succeeded(ForecastKey key) {
        byGroup.remove(key);
    }

    /** Forgets groups that do not need to be compared any more. */
    public void keepOnly(Set<ForecastKey> keys) {
        byGroup.keySet().retainAll(keys);
    }

    /** Before which the group is not tried again. */
    public Instant notBefore(ForecastKey key) {
        return Optional.ofNullable(byGroup.get(key)).map(Tries::notBefore).orElse(Instant.EPOCH);
    }
}
