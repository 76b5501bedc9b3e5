package dev.agenttask.worker.forecast;

import dev.agenttask.worker.git.TreeDifference.Change;
import dev.agenttask.worker.git.TreeFile;
import dev.agenttask.worker.git.TreeFiles;
import dev.agenttask.worker.git.TrialMerge;
import java.io.IOException;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes changes of what a result started from into changes of what the base is now. */
final class Rebase {

    private final TreeFiles base;
    private final TrialMerge merge;
    private final int limit;

    /** Onto {@code base}, where {@code limit} files are looked at for one result at most. */
    Rebase(TreeFiles base, TrialMerge merge, int limit) {
        this.base = base;
        this.merge = merge;
        this.limit = limit;
    }

    /** What came of it. */
    sealed interface Outcome {

        /** The changes that are left, which may be none. */
        record Applies(NavigableMap<String, Change> changes) implements Outcome {}

        /** The base has changed too, otherwise. */
        record Conflicts(TrialMerge.Outcome merge) implements Outcome {}

        /** There is too much in its way. */
        record TooMuch() implements Outcome {}
    }

    /**
     * Applies the changes.
     *
     * @throws IOException if content is missing, or not what git makes
     */
    Outcome of(NavigableMap<String, Change> changes) throws IOException {
        var ours = base.around(changes.keySet(), limit);
        if (ours.isEmpty()) {
            return new Outcome.TooMuch();
        }
        var before = new TreeMap<String, TreeFile>();
        var after = new TreeMap<String, TreeFile>();
        changes.forEach((path, change) -> {
            change.before().ifPresent(file -> before.put(path, file));
            change.after().ifPresent(file -> after.put(path, file));
        });
        if (before.equals(ours.get())) {
            return new Outcome.Applies(changes);
        }
        var outcome = merge.mergeAndKeep(before, ours.get(), after);
        return outcome.clean()
                ? new Outcome.Applies(difference(ours.get(), outcome.files()))
                : new Outcome.Conflicts(outcome);
    }

    private static NavigableMap<String, Change> difference(
            SortedMap<String, TreeFile> before, SortedMap<String, TreeFile> after) {
        var paths = new TreeSet<>(before.keySet());
        paths.addAll(after.keySet());
        var changes = new TreeMap<String, Change>();
        for (var path : paths) {
            if (!Objects.equals(before.get(path), after.get(path))) {
                changes.put(
                        path, new Change(Optional.ofNullable(before.get(path)), Optional.ofNullable(after.get(path))));
            }
        }
        return changes;
    }
}
