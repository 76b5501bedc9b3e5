package dev.agenttask.worker.forecast;

import dev.agenttask.worker.git.TreeDifference.Change;
import dev.agenttask.worker.git.TreeFile;
import dev.agenttask.worker.git.TrialMerge;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An order of merging, tried out: one result after another is merged into the base, those with the fewest conflicts first
 * and among equals the one that was finished first. What does not merge then comes last.
 */
final class MergeOrder {

    private final TrialMerge merge;
    private final NavigableMap<String, Change> merged = new TreeMap<>();

    MergeOrder(TrialMerge merge) {
        this.merge = merge;
    }

    /**
     * The heads of the candidates in that order.
     *
     * @param conflicts how many each head has
     * @throws IOException if content is missing or cannot be written
     */
    List<Integer> of(List<Candidate> candidates, int[] conflicts) throws IOException {
        var order = new ArrayList<Integer>();
        var last = new ArrayList<Integer>();
        var byConflicts = candidates.stream()
                .sorted(Comparator.comparingInt((Candidate c) -> conflicts[c.head()])
                        .thenComparingInt(Candidate::head))
                .toList();
        for (var candidate : byConflicts) {
            (add(candidate) ? order : last).add(candidate.head());
        }
        order.addAll(last);
        return order;
    }

    private boolean add(Candidate candidate) throws IOException {
        var paths = Candidate.overlap(merged, candidate.changes());
        var together = new TreeMap<String, TreeFile>();
        if (!paths.isEmpty()) {
            var base = Candidate.before(paths, merged, candidate.changes());
            var ours = new Candidate(candidate.head(), merged).after(paths, base);
            var outcome = merge.mergeAndKeep(base, ours, candidate.after(paths, base));
            if (!outcome.clean()) {
                return false;
            }
            together.putAll(outcome.files());
        }
        candidate.changes().forEach(merged::putIfAbsent);
        paths.forEach(path -> merged.computeIfPresent(
                path, (p, change) -> new Change(change.before(), Optional.ofNullable(together.get(p)))));
        return true;
    }
}
