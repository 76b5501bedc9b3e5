package dev.agenttask.controller.metrics;

import java.util.HashSet;
import java.util.Set;

/** The values of a label that users choose: so many of them as they come, and all others as one. */
final class BoundedLabel {

    static final String OTHER = "other";

    private final int max;
    private final Set<String> known = new HashSet<>();

    BoundedLabel(int max) {
        this.max = max;
    }

    /** What stands in the label for a value; always the same for the same value. */
    synchronized String of(String value) {
        return known.contains(value) || known.size() < max && known.add(value) ? value : OTHER;
    }
}
