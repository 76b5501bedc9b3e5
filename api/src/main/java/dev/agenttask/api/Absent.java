package dev.agenttask.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Jackson hands a record for a field that is not there, turned into the empty value that stands for it. */
public final class Absent {

    private Absent() {}

    /** The empty string for one that is not there. */
    public static String toEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    /** The empty list for one that is not there. */
    public static <T> List<T> toEmpty(@Nullable List<T> value) {
        return value == null ? List.of() : List.copyOf(value);
    }

    /** The empty map for one that is not there. */
    public static <K, V> Map<K, V> toEmpty(@Nullable Map<K, V> value) {
        return value == null ? Map.of() : Map.copyOf(value);
    }
}
