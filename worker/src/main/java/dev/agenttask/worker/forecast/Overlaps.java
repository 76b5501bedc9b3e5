package dev.agenttask.worker.forecast;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which results touch the same paths: found by path, so that results which have none in common cost nothing. */
final class Overlaps {

    private final List<Candidate> candidates;
    private final Map<String, BitSet> touching = new HashMap<>();
    private final List<BitSet> partners = new ArrayList<>();

    private Overlaps(List<Candidate> candidates) {
        this.candidates = candidates;
    }

    /** For each result the later ones that it has a path in common with, or a file where the other has a directory. */
    static List<BitSet> of(List<Candidate> candidates) {
        return new Overlaps(candidates).find();
    }

    private List<BitSet> find() {
        for (var i = 0; i < candidates.size(); i++) {
            var self = i;
            partners.add(new BitSet());
            candidates.get(i).changes().keySet().forEach(path -> touching.computeIfAbsent(path, p -> new BitSet())
                    .set(self));
        }
        for (var i = 0; i < candidates.size(); i++) {
            for (var path : candidates.get(i).changes().keySet()) {
                meet(i, touching.get(path));
                for (var slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                    meet(i, touching.getOrDefault(path.substring(0, slash), new BitSet()));
                }
            }
        }
        for (var i = 0; i < partners.size(); i++) {
            partners.get(i).clear(0, i + 1);
        }
        return partners;
    }

    private void meet(int self, BitSet others) {
        partners.get(self).or(others);
        others.stream().forEach(other -> partners.get(other).set(self));
    }
}
