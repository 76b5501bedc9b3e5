package dev.agenttask.worker.agent;

import dev.agenttask.api.Usage;
import dev.agenttask.worker.pod.UsageRecord;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the sessions of an agent used. A session that is taken up again goes on counting where it was, so that the largest
 * total of each counts. Until a session gives its total, what its messages took counts. Nothing here shrinks.
 */
final class Sessions {

    static final int MAX_SESSIONS = 32;
    static final int MAX_MESSAGES = 32;

    private static final int MAX_ID = 64;
    /** Stands for the oldest sessions, where there are too many. */
    private static final String OLDER = "older";

    private final Map<String, Usage> totals;
    private final Map<String, Usage> messages = new LinkedHashMap<>();
    private String current;
    private Usage running;

    Sessions(UsageRecord record) {
        totals = new LinkedHashMap<>(record.sessions());
        current = record.session();
        running = record.running();
    }

    /** What is said next is of that session. */
    void begin(String session) {
        settle();
        current = id(session);
    }

    /** The current session says what it used since it began. */
    void total(Usage usage) {
        settle();
        atLeast(usage);
    }

    private void atLeast(Usage usage) {
        totals.merge(current, usage, Sessions::larger);
        while (totals.size() > MAX_SESSIONS) {
            var oldest = totals.keySet().stream()
                    .filter(key -> !key.equals(OLDER) && !key.equals(current))
                    .findFirst()
                    .orElseThrow();
            totals.merge(OLDER, totals.remove(oldest), Usage::plus);
        }
    }

    /** A message of the model says what it took; it may say so again, with more. */
    void message(String message, Usage usage) {
        var key = id(message);
        var before = messages.getOrDefault(key, Usage.NONE);
        var now = larger(before, usage);
        running = running.plus(new Usage(
                now.inputTokens() - before.inputTokens(),
                now.cachedTokens() - before.cachedTokens(),
                now.outputTokens() - before.outputTokens(),
                ""));
        messages.put(key, now);
        if (messages.size() > MAX_MESSAGES) {
            messages.remove(messages.keySet().iterator().next());
        }
    }

    /** As it stands. */
    UsageRecord record() {
        return new UsageRecord(current, new LinkedHashMap<>(totals), running);
    }

    /** A run that ends without a total has used what its messages took all the same. */
    private void settle() {
        if (!running.equals(Usage.NONE)) {
            atLeast(totals.getOrDefault(current, Usage.NONE).plus(running));
        }
        running = Usage.NONE;
        messages.clear();
    }

    private static Usage larger(Usage a, Usage b) {
        return new Usage(
                Math.max(a.inputTokens(), b.inputTokens()),
                Math.max(a.cachedTokens(), b.cachedTokens()),
                Math.max(a.outputTokens(), b.outputTokens()),
                a.dollars().compareTo(b.dollars()) > 0 ? a.costUSD() : b.costUSD());
    }

    /** An id as it is kept. */
    static String id(String given) {
        return given.substring(0, Math.min(given.length(), MAX_ID)).replaceAll("[^!-~]", "?");
    }
}
