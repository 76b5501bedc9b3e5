package dev.agenttask.worker.forecast;

import dev.agenttask.worker.git.TreeDifference.Change;
import dev.agenttask.worker.git.TreeFile;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A result as a set of changes of the base.
 *
 * @param head its index in the plan
 * @param changes what the base has and what it would have, by path
 */
record Candidate(int head, NavigableMap<String, Change> changes) {

    /** What this one would make of the base at some paths. */
    SortedMap<String, TreeFile> after(Iterable<String> paths, SortedMap<String, TreeFile> base) {
        var files = new TreeMap<String, TreeFile>();
        for (var path : paths) {
            var change = changes.get(path);
            if (change != null) {
                change.after().ifPresent(file -> files.put(path, file));
            } else if (base.containsKey(path)) {
                files.put(path, base.get(path));
            }
        }
        return files;
    }

    /** What the base has at some paths, each of which this one or the other changes. */
    static SortedMap<String, TreeFile> before(
            Iterable<String> paths, NavigableMap<String, Change> one, NavigableMap<String, Change> other) {
        var files = new TreeMap<String, TreeFile>();
        for (var path : paths) {
            var change = one.containsKey(path) ? one.get(path) : other.get(path);
            change.before().ifPresent(file -> files.put(path, file));
        }
        return files;
    }

    /**
     * The paths at which two sets of changes meet: those that both change, each in its own way, and a file on one side with
     * what the other side has below it.
     */
    static SortedSet<String> overlap(NavigableMap<String, Change> one, NavigableMap<String, Change> other) {
        var paths = new TreeSet<String>();
        one.forEach((path, change) -> {
            var same = other.get(path);
            if (same != null && !same.after().equals(change.after())) {
                paths.add(path);
            }
        });
        addBelow(one, other, paths);
        addBelow(other, one, paths);
        return paths;
    }

    private static void addBelow(
            NavigableMap<String, Change> files, NavigableMap<String, Change> below, SortedSet<String> paths) {
        for (var path : below.keySet()) {
            for (var slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                var file = files.get(path.substring(0, slash));
                if (file != null
                        && file.after().isPresent()
                        && below.get(path).after().isPresent()) {
                    paths.add(path.substring(0, slash));
                    paths.add(path);
                }
            }
        }
    }
}
